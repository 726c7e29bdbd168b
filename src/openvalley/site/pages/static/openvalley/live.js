// Lists and maps are filtered without the page being loaded anew (htmx). Everything works without this file.
"use strict";

(() => {
  const told = document.createElement("p");
  told.className = "hidden";
  told.setAttribute("role", "status");
  document.body.append(told);

  // Whoever cannot see what changed is told how much is left, and the keyboard stays where it was, or goes to the top.
  document.body.addEventListener("htmx:afterSettle", () => {
    const said = document.querySelector("#count, main .answer");
    told.textContent = said ? said.textContent.replace(/\s+/g, " ").trim() : "";
    if (document.activeElement === document.body) document.getElementById("content").focus({ preventScroll: true });
  });

  // Without an answer the browser asks again, in its own way.
  document.body.addEventListener("htmx:sendError", (event) => {
    const asked = event.detail.pathInfo;
    if (asked) window.location.assign(asked.finalRequestPath || asked.requestPath);
  });
})();
