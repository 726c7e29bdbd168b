// `/` goes to the search box; arrows move through the results. Everything works without this file.
"use strict";

document.addEventListener("keydown", (event) => {
  const field = document.getElementById("q");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && field && !typing) {
    event.preventDefault();
    field.focus();
    field.select();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const links = [...document.querySelectorAll(".rows h3 a")];
  const at = links.indexOf(document.activeElement);
  if (!links.length || (at < 0 && event.target !== field)) return;
  const next = event.key === "ArrowDown" ? at + 1 : at - 1;
  event.preventDefault();
  (links[next] || (next < 0 ? field : links[at])).focus();
});
