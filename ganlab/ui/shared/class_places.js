// Places of the app, as a host's browser tells them and a guest's goes to them.

const CLASS_PAGE = "class";
const LAB = "lab";
const WITH_RUNS = ["train", LAB]; // pages whose views tell what is looked at
const LOOKED_AT = ["at", "layers"]; // of the Lab's address; a view that is open takes these over without a new page
const NOT_SHARED = ["host", "link"]; // of the address

/**
 * The page's path below the app's root, such as "train", "" is Home; null where it lies elsewhere.
 * @param {string} pathname
 * @param {string} root ends in a slash
 */
export function pageOf(pathname, root) {
  if (`${pathname}/` === root) return "";
  return pathname.startsWith(root) ? pathname.slice(root.length).replace(/\/+$/, "") : null;
}

/**
 * What a host shows; null where that is not to be followed.
 * @param {{ pathname: string, search: string }} location
 * @param {string} root
 * @param {ClassLook | null | undefined} look
 * @returns {ClassPlace | null}
 */
export function placeOf({ pathname, search }, root, look) {
  const path = pageOf(pathname, root);
  if (path === null || path === CLASS_PAGE) return null;
  const query = new URLSearchParams(search);
  for (const name of NOT_SHARED) query.delete(name);
  if (path === LAB && look?.layers) for (const name of LOOKED_AT) query.delete(name);
  const left = query.toString();
  return { path, search: left && `?${left}`, look: (WITH_RUNS.includes(path) && look) || null };
}

/**
 * The address of a place, for a browser that comes from elsewhere.
 * @param {ClassPlace} place
 * @param {string} root
 */
export function addressOf({ path, search, look }, root) {
  const query = new URLSearchParams(search);
  if (path === LAB && look?.layers) {
    if (look.at !== null) query.set("at", String(look.at));
    if (look.layers.length) query.set("layers", look.layers.join(","));
  }
  const text = query.toString();
  return `${root}${path}${text && `?${text}`}`;
}

/** @param {ClassPlace} place */
export const pageAndQuery = ({ path, search }) => `${path}${search}`;
