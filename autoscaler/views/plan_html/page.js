// A drawing answers to the pointer and to the arrow keys: it tells the span that is pointed at, from its table.
(() => {
  const tip = document.getElementById("tip");
  const page = document.querySelector("main");
  const length = Number(page.dataset.seconds), now = Number(page.dataset.now);
  const lines = [...Array(3)].map(() => tip.appendChild(document.createElement("div")));

  for (const chart of document.querySelectorAll("svg.chart")) {
    const table = document.getElementById(chart.dataset.figures);
    const starts = chart.dataset.at.split(" ").map(Number);
    const rows = table.tBodies[0].rows;
    const end = table.parentElement.querySelector(".end").textContent;
    const cursor = document.createElementNS(chart.namespaceURI, "rect");
    let chosen = at(now);

    function at(second) {
      let index = starts.findLastIndex((start) => start <= second);
      return Math.max(index, 0);
    }

    function told(index) {
      const [from, dynos, size, window, utc] = [...rows[index].cells].map((cell) => cell.textContent);
      const before = index ? rows[index - 1].cells[1].textContent : dynos;
      const until = index + 1 < rows.length ? "to " + rows[index + 1].cells[0].textContent : end;
      const quantity = before === dynos ? dynos : `${before} → ${dynos}`;
      return [
        `${quantity} dyno${dynos === "1" ? "" : "s"}${size === "–" ? "" : ` of ${size}`}`,
        `${from} ${until}${utc ? ` (from ${utc} UTC)` : ""}`,
        window,
      ];
    }

    function choose(index, x) {
      chosen = Math.min(Math.max(index, 0), starts.length - 1);
      const from = starts[chosen], to = starts[chosen + 1] ?? length;
      const said = told(chosen);
      said.forEach((line, number) => { lines[number].textContent = line; });
      chart.setAttribute("aria-valuenow", chosen);
      chart.setAttribute("aria-valuetext", said.join(", "));
      cursor.setAttribute("x", `${from * 100 / length}%`);
      cursor.setAttribute("width", `${(to - from) * 100 / length}%`);
      chart.append(cursor);
      place(x ?? (from + to) / 2 / length);
    }

    function place(share) {
      const box = chart.getBoundingClientRect();
      tip.hidden = false;
      const half = tip.offsetWidth / 2, room = document.documentElement.clientWidth - half - 8;
      const above = box.top - tip.offsetHeight;
      tip.style.left = `${Math.max(half + 8, Math.min(box.left + share * box.width, room))}px`;
      tip.style.top = `${above > 0 ? above : box.bottom}px`;
    }

    function leave() {
      tip.hidden = true;
      cursor.remove();
    }

    cursor.setAttribute("class", "cursor");
    cursor.setAttribute("height", "100%");
    for (const [name, value] of Object.entries({
      role: "slider", tabindex: "0", "aria-valuemin": "0", "aria-valuemax": String(starts.length - 1),
      "aria-valuenow": String(chosen), "aria-valuetext": told(chosen).join(", "),
    })) chart.setAttribute(name, value);
    chart.addEventListener("pointermove", (event) => {
      const box = chart.getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width;
      choose(at(share * length), share);
    });
    chart.addEventListener("pointerleave", leave);
    chart.addEventListener("focus", () => chart.matches(":focus-visible") && choose(chosen));
    chart.addEventListener("blur", leave);
    chart.addEventListener("keydown", (event) => {
      const to = { ArrowRight: chosen + 1, ArrowUp: chosen + 1, ArrowLeft: chosen - 1, ArrowDown: chosen - 1,
        Home: 0, End: starts.length - 1 }[event.key];
      if (event.key === "Escape") leave();
      if (to === undefined) return;
      event.preventDefault();
      choose(to);
    });
  }
  addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
})();
