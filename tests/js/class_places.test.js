import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, pageAndQuery, pageOf, placeOf } from "../../ganlab/ui/shared/class_places.js";

const at = (/** @type {string} */ address) => new URL(address, "http://computer:8501");

test("a page is named by its path below the app", () => {
  assert.equal(pageOf("/", "/"), "");
  assert.equal(pageOf("/train", "/"), "train");
  assert.equal(pageOf("/app/lab/", "/app/"), "lab");
  assert.equal(pageOf("/app", "/app/"), "");
  assert.equal(pageOf("/elsewhere", "/app/"), null);
});

test("the Class page is not followed, and what makes a host is never told", () => {
  assert.equal(placeOf(at("/class"), "/", null), null);
  const place = placeOf(at("/train?host=secret&run=a&link=wrong"), "/", null);
  assert.deepEqual(place, { path: "train", search: "?run=a", look: null });
});

test("what is looked at is told of the pages of runs, and is no other page in the Lab", () => {
  /** @type {ClassLook} */
  const look = { run: "a", at: 7, layers: ["heat", "real"] };
  const place = placeOf(at("/lab?run=a&at=7&layers=heat,real"), "/", look);
  assert.ok(place);
  assert.deepEqual(place, { path: "lab", search: "?run=a", look });
  assert.equal(addressOf(place, "/app/"), "/app/lab?run=a&at=7&layers=heat%2Creal");
  const later = placeOf(at("/lab?run=a&at=9"), "/", { ...look, at: null });
  assert.ok(later);
  assert.equal(pageAndQuery(later), pageAndQuery(place));
  assert.equal(placeOf(at("/layers?at=7"), "/", look)?.search, "?at=7");
  assert.equal(placeOf(at("/layers?at=7"), "/", look)?.look, null);
});

test("a place has one address, and Home has the app's own", () => {
  assert.equal(addressOf({ path: "", search: "", look: null }, "/"), "/");
  assert.equal(addressOf({ path: "train", search: "?run=a", look: null }, "/"), "/train?run=a");
});
