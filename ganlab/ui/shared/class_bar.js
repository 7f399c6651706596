// In a class: a host's browser tells the server what it shows, and a guest's goes where the host is. Nothing is asked of
// a page for it: the server is told and asked beside Streamlit, and a guest's browser goes to a place as its Back does.

import { addressOf, pageAndQuery, pageOf, placeOf } from "./class_places.js";
import { finder, keeps, write } from "./elements.js";

const WATCH_EVERY = 300; // milliseconds between two looks at the own address
const PAUSE = 400; // milliseconds at least between two questions
const PATIENCE = 5000; // milliseconds after a question that was not answered
const FOLLOWING = "ganlab-class-following"; // kept by the browser for this tab: "no" while somebody looks around
const GATHERED = "ganlab-class-gathered"; // how often everybody had been gathered when this tab heard of it last
const HERE = "Gather everybody here";

class ClassBar {
  /** @type {ClassAbout} */
  about = { host: false, root: "/", door: "" };
  following = sessionStorage.getItem(FOLLOWING) !== "no";
  /** Ends what it listens to, while it is on the page. @type {AbortController | null} */
  listening = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    const press = () => (this.about.host ? this.gather() : this.choose(!this.following));
    this.find("button#choice").addEventListener("click", press);
  }

  /** What outlives this piece, which may be drawn anew with a page. @returns {ClassLine} */
  get line() {
    window.ganlabClass ??= { version: "", place: null, guests: 0, last: null, page: location.pathname, asking: false };
    return window.ganlabClass;
  }

  /** @param {ClassAbout} about */
  show(about) {
    this.about = about;
    this.line.bar = this;
    if (!this.listening) {
      this.listening = new AbortController();
      this.listen(this.listening.signal);
    }
    this.say();
    this.go();
    this.ask();
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    const back = () => {
      if (this.about.host) this.line.last = null; // of several tabs, the one that was used last counts
      this.watch();
      this.ask();
    };
    window.addEventListener("focus", back, { signal });
    document.addEventListener("visibilitychange", back, { signal });
    window.addEventListener("ganlab-look", () => this.watch(), { signal });
    const watching = setInterval(() => this.watch(), WATCH_EVERY);
    signal.addEventListener("abort", () => clearInterval(watching));
  }

  end() {
    this.listening?.abort();
    this.listening = null;
    if (this.line.bar === this) this.line.bar = undefined;
  }

  say() {
    const { about, following } = this;
    const { guests, place } = this.line;
    this.root.hidden = about.host && pageOf(location.pathname, about.root) === "class"; // which says it all
    this.root.toggleAttribute("data-following", !about.host && following);
    const people = guests === 1 ? "1 guest is here." : `${guests} guests are here.`;
    const waits = place ? "" : " The host has not shown anything yet.";
    const words = following ? `You follow the host.${waits}` : "You look around by yourself.";
    write(this.find("#words"), about.host ? people : words);
    write(this.find("button#choice"), about.host ? HERE : following ? "Look around" : "Follow the host");
  }

  /** @param {boolean} following */
  choose(following) {
    this.following = following;
    sessionStorage.setItem(FOLLOWING, following ? "yes" : "no");
    this.line.last = null;
    this.say();
    this.go();
  }

  /** Looks whether the host is elsewhere now, or whether a guest has left by themselves. */
  watch() {
    if (this.about.host) return this.tell();
    const { line } = this;
    if (line.page === location.pathname) return;
    line.page = location.pathname;
    if (this.following && line.place) this.choose(false);
  }

  /** Tells the server what this host shows. */
  tell() {
    if (document.visibilityState !== "visible") return;
    const place = placeOf(location, this.about.root, window.ganlabLine?.look);
    const text = place && JSON.stringify(place);
    if (text === this.line.last) return;
    this.line.last = text; // null on a page that is not followed: who comes back from it shows the same place anew
    if (text === null) return;
    this.say();
    this.send(text);
  }

  gather() {
    this.line.last = null;
    this.tell();
    this.send(JSON.stringify({ gather: true }));
  }

  /** @param {string} body */
  send(body) {
    fetch(this.about.door, { method: "POST", body }).catch(() => {
      this.line.last = null; // told again with the next look
    });
  }

  /** Asks what the host shows; the answer comes as soon as it is something new, or after a while. */
  async ask() {
    const { line } = this;
    if (line.asking || document.visibilityState !== "visible") return;
    line.asking = true;
    clearTimeout(line.timer);
    let wait = PAUSE;
    try {
      const answer = await fetch(`${this.about.door}?since=${line.version}`, { method: "POST" });
      if (!answer.ok) throw new Error(answer.statusText);
      line.bar?.hear(await answer.json());
    } catch {
      wait = PATIENCE; // the server is away
    }
    line.asking = false;
    line.timer = setTimeout(() => line.bar?.ask(), wait);
  }

  /** @param {ClassAnswer} answer */
  hear({ version, gathered, place, guests }) {
    Object.assign(this.line, { version: String(version), guests: guests ?? 0, place });
    const before = sessionStorage.getItem(GATHERED);
    sessionStorage.setItem(GATHERED, String(gathered));
    if (!this.about.host && before !== null && before !== String(gathered)) return this.choose(true);
    this.say();
    this.go();
  }

  /** Goes where the host is, unless this guest has been there since the host came. */
  go() {
    const { about, following, line } = this;
    const { place } = line;
    if (about.host || !following || !place) return;
    const there = pageAndQuery(place);
    if (there !== line.last) {
      line.last = there;
      const address = addressOf(place, about.root);
      if (address !== location.pathname + location.search) {
        history.pushState(null, "", address);
        line.page = location.pathname;
        window.dispatchEvent(new PopStateEvent("popstate", { state: null }));
      }
    }
    window.ganlabFollowed = place.look ?? undefined;
    window.dispatchEvent(new Event("ganlab-follow"));
  }
}

export default keeps("class-bar", ClassBar);
