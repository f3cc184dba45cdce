// Sends the authorization response at once; without script the person presses Continue.
document.getElementById("answer").submit();
