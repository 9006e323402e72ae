// A file that is chosen is read into the form; nothing is sent before the button is pressed.
"use strict";
document.querySelectorAll("input.from").forEach((input) => {
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    const part = input.closest("details");
    part.querySelector("[name=name]").value = file.name;
    part.querySelector("[name=text]").value = await file.text();
    input.value = "";
  });
});
