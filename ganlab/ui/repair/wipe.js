// Two images on top of each other, with a border between them that is dragged, or moved by the arrow keys.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".wipe");
  const range = root.querySelector("input");
  for (const name of ["before", "after"]) root.querySelector(`.${name}`).src = `data:image/png;base64,${data[name]}`;
  range.oninput = () => {
    root.style.setProperty("--at", `${range.value}%`);
    range.setAttribute("aria-valuetext", `the left ${range.value}% show the damaged digit, the rest shows the repaired one`);
  };
  range.oninput();
}
