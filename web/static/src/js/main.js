// Everything here only adds to pages that work as plain HTML.
import "../../vendor/htmx.org-4.0.1/htmx.esm.min.js";
import "./focus.js";
import "./theme.js";
import "./time.js";
import "./toast.js";
import "./dialog.js";
import "./actions.js";
import "./leave.js";
import "./select.js";
import "./shortcuts.js";
import "./table.js";
import "./unsaved.js";
