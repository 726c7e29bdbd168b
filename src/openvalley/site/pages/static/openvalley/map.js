// The map can be moved and enlarged (Leaflet); towns that would cover one another are one circle at every size.
// Without this file the picture and the list beside it say the same.
"use strict";

(() => {
  // Areas of circles in square pixels and the size of names, as the server draws them; a circle can always be touched.
  const SMALLEST = 60, LARGEST = 2400, TOUCHED = 12, WIDEST = 34, LETTER = 8, LINE = 18, FAR_LESS = 3, STEPS = 5, ROOMY = 560;

  const mercator = (latitude) => Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360));
  const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);

  // Returns the straight line through pairs of numbers (least squares), or nothing where they do not tell one.
  function straight(pairs) {
    const x = sum(pairs.map((pair) => pair[0])) / pairs.length, y = sum(pairs.map((pair) => pair[1])) / pairs.length;
    const spread = sum(pairs.map((pair) => (pair[0] - x) ** 2));
    if (!spread) return null;
    const slope = sum(pairs.map((pair) => (pair[0] - x) * (pair[1] - y))) / spread;
    return (value) => y + slope * (value - x);
  }

  // Returns where circles are drawn in the picture, by the part of the list that they lead to.
  function drawn(svg) {
    const scale = svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
    const corner = svg.getBoundingClientRect(), found = new Map();
    for (const link of svg.querySelectorAll("a")) {
      const box = link.querySelector(".town").getBoundingClientRect();
      found.set(decodeURIComponent(link.getAttribute("href").split("#")[1] || ""), [
        (box.x + box.width / 2 - corner.x) * scale, (box.y + box.height / 2 - corner.y) * scale]);
    }
    return found;
  }

  // Returns the towns of the list with their points in the picture; none where too few are drawn to tell.
  function towns(svg) {
    const circles = drawn(svg), east = [], south = [], found = [];
    for (const place of document.querySelectorAll("details.place")) {
      for (const [at, town] of place.querySelectorAll("h4[data-lat]").entries()) {
        const entry = { place, name: town.querySelector("a").textContent, n: Number(town.dataset.n),
          lon: Number(town.dataset.lon), lat: mercator(Number(town.dataset.lat)) };
        found.push(entry);
        const circle = at ? null : circles.get(place.id);
        if (circle) { east.push([entry.lon, circle[0]]); south.push([entry.lat, circle[1]]); }
      }
    }
    const across = straight(east), down = straight(south);
    if (!across || !down) return [];
    return found.map((town) => ({ ...town, point: L.latLng(-down(town.lat), across(town.lon)) }))
      .sort((one, other) => other.n - one.n);
  }

  const radius = (n, most) => Math.min(WIDEST, Math.max(
    TOUCHED, Math.sqrt((SMALLEST + ((LARGEST - SMALLEST) * n) / most) / Math.PI)));

  // Returns towns together that would cover one another at this size, each with its largest town first; as long as the
  // whole map is seen and has room, as the list has them.
  function gathered(map, all) {
    const found = [], listed = map.getZoom() <= map.getMinZoom() && map.getSize().x >= ROOMY;
    for (const town of all) {
      const here = map.project(town.point), reach = radius(town.n, all[0].n);
      const near = found.find((spot) => (listed ? spot.towns[0].place === town.place
        : spot.at.distanceTo(here) < spot.reach + reach));
      if (near) near.towns.push(town);
      else found.push({ at: here, reach, towns: [town] });
    }
    for (const spot of found) {
      spot.n = sum(spot.towns.map((town) => town.n));
      spot.reach = radius(spot.n, all[0].n);
    }
    return found.sort((one, other) => other.n - one.n);
  }

  // Returns where a circle's name may stand: above, beside or below it.
  function places({ at, reach, towns }) {
    const width = LETTER * towns[0].name.length, high = reach + LINE / 2, wide = reach + width / 2 + 2;
    return [["above", 0, -high], ["right", wide, 0], ["below", 0, high], ["left", -wide, 0]].map(([side, x, y]) => (
      { side, x: at.x + x, y: at.y + y, width, height: LINE }));
  }

  const touch = (one, other) => Math.abs(one.x - other.x) * 2 < one.width + other.width
    && Math.abs(one.y - other.y) * 2 < one.height + other.height;

  // Names the largest circles where their names touch neither one another nor a circle; if there is no such place, the
  // name may lie on circles that count far less.
  function name(spots) {
    const circles = spots.map((spot) => ({ ...spot.at, width: 2 * spot.reach, height: 2 * spot.reach, spot })), names = [];
    for (const spot of spots) {
      const others = circles.filter((circle) => circle.spot !== spot);
      const larger = others.filter((circle) => circle.spot.n * FAR_LESS >= spot.n);
      const room = (taken) => places(spot).find((box) => ![...taken, ...names].some((other) => touch(box, other)));
      const box = room(others) || room(larger);
      if (!box) continue;
      names.push(box);
      const label = document.createElement("span");
      label.className = `spot-name ${box.side}`;
      label.textContent = spot.towns[0].name;
      spot.element.append(label);
      spot.element.classList.add("named");
    }
  }

  function show(place) {
    place.open = true;
    place.scrollIntoView({ block: "nearest" });
    place.querySelector("summary").focus();
  }

  function enhance() {
    const figure = document.querySelector("figure[data-zoom-in]"), svg = figure && figure.querySelector("svg.map");
    if (!svg || !window.L) return;
    const all = towns(svg);
    if (!all.length) return;
    const box = document.createElement("div"), { width, height } = svg.viewBox.baseVal;
    box.className = "movable";
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", svg.getAttribute("aria-label"));
    const ground = svg.cloneNode(true);
    for (const mark of ground.querySelectorAll("a, text")) mark.remove();
    ground.removeAttribute("role");
    ground.removeAttribute("aria-label");
    ground.setAttribute("aria-hidden", "true");
    svg.replaceWith(box);
    const bounds = L.latLngBounds([-height, 0], [0, width]);
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(box, { crs: L.CRS.Simple, attributionControl: false, zoomControl: false, scrollWheelZoom: false,
      zoomSnap: 0, minZoom: -4, maxBounds: bounds, maxBoundsViscosity: 1, zoomAnimation: !calm,
      fadeAnimation: !calm });
    L.control.zoom({ zoomInTitle: figure.dataset.zoomIn, zoomOutTitle: figure.dataset.zoomOut }).addTo(map);
    L.svgOverlay(ground, bounds).addTo(map);
    map.fitBounds(bounds);
    map.setMinZoom(map.getZoom()).setMaxZoom(map.getZoom() + STEPS);
    const layer = L.layerGroup().addTo(map);
    let wanted = null;

    function choose(spot) {
      if (spot.towns.length === 1 || map.getZoom() >= map.getMaxZoom()) { show(spot.towns[0].place); return; }
      wanted = spot.towns[0];
      const around = L.latLngBounds(spot.towns.map((town) => town.point)).pad(0.3);
      map.setView(around.getCenter(), Math.max(map.getBoundsZoom(around), map.getZoom() + 1));
    }

    function draw() {
      layer.clearLayers();
      const spots = gathered(map, all);
      for (const spot of spots) {
        const more = spot.towns.length - 1, first = spot.towns[0];
        const title = `${first.name}${more ? ` + ${more}` : ""}: ${spot.n}`;
        const icon = L.divIcon({ className: "spot", iconSize: [2 * spot.reach, 2 * spot.reach], html: "" });
        const marker = L.marker(first.point, { icon, title, riseOnHover: true }).on("click", () => choose(spot));
        layer.addLayer(marker);
        spot.element = marker.getElement();
        spot.element.textContent = spot.n;
        spot.element.setAttribute("aria-label", title);
        spot.element.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          choose(spot);
        });
        if (wanted && spot.towns.includes(wanted)) { wanted = null; spot.element.focus({ preventScroll: true }); }
      }
      name(spots);
      // On a phone the finger scrolls the page as long as the whole map is seen.
      if (L.Browser.mobile) map.dragging[map.getZoom() > map.getMinZoom() ? "enable" : "disable"]();
    }
    map.on("zoomend", draw);
    draw();
  }

  enhance();
  document.body.addEventListener("htmx:afterSettle", enhance);
})();
