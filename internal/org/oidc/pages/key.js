// Asks a security key for a new credential, or for a signature, and sends what it answers.
(() => {
  const form = document.getElementById("key");
  const problem = document.getElementById("keyProblem");
  const decode = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const encode = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const { challenge, credential, host, user, login, name } = form.dataset;

  async function create() {
    const made = await navigator.credentials.create({
      publicKey: {
        challenge: decode(challenge),
        rp: { id: host, name: "Gatehouse" },
        user: { id: new TextEncoder().encode(user), name: login, displayName: name },
        pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
        authenticatorSelection: { userVerification: "preferred" },
        attestation: "none",
        timeout: 120000,
      },
    });
    form.elements.attestation.value = encode(made.response.attestationObject);
    return made;
  }

  async function get() {
    const made = await navigator.credentials.get({
      publicKey: {
        challenge: decode(challenge),
        rpId: host,
        allowCredentials: [{ type: "public-key", id: decode(credential) }],
        userVerification: "preferred",
        timeout: 120000,
      },
    });
    form.elements.authenticatorData.value = encode(made.response.authenticatorData);
    form.elements.signatureData.value = encode(made.response.signature);
    return made;
  }

  async function ask() {
    problem.hidden = true;
    try {
      const made = await ("create" in form.dataset ? create() : get());
      form.elements.clientData.value = encode(made.response.clientDataJSON);
      form.submit();
    } catch (e) {
      problem.textContent = "The security key did not answer. Check that it is connected, then try again.";
      problem.hidden = false;
    }
  }

  const start = document.getElementById("keyStart");
  if (start) start.addEventListener("click", ask);
  else ask();
})();
