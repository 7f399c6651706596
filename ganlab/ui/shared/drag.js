// What is dragged with a mouse, a pen or a finger.

/**
 * Hears of a pointer from when it is pressed on an element until it is let go, wherever it goes.
 * @param {HTMLElement} element
 * @param {(event: PointerEvent) => void} moved
 * @param {(event: PointerEvent) => void} [pressed]
 */
export function drags(element, moved, pressed = moved) {
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    pressed(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) moved(event);
  });
}
