// The bell: how many requests nobody has opened; a new one is heard, and told by the browser while the page is hidden.
import { menuBox } from "menu_box";

const MUTED = "pedido-muted";
const NOTIFIES = "pedido-notifies";
const TOLD = "pedido-told"; // the request that a tab of this browser has told: one is enough
const GIVE_WAY_MS = 400; // a tab that is looked at tells first
const TONES = [[880, 0], [1318.5, 0.13]]; // Hz, and seconds after the first
const TONE_SECONDS = 0.4;
const LOUDNESS = 0.15;
const MOST_SHOWN = 99;

const BELL = "M18 9a6 6 0 0 0-12 0c0 6-2.2 7-2.2 7h16.4S18 15 18 9M10 19.5a2.2 2.2 0 0 0 4 0";
const SLASH = "M4 4l16 16";

// A browser that keeps nothing answers as if nothing had been kept.
function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    value === null ? localStorage.removeItem(name) : localStorage.setItem(name, value);
  } catch {
    // nothing is kept
  }
}

export default {
  mixins: [menuBox],
  template: `
    <div class="menu-box bell" ref="box" @keydown.esc="close" @focusout="left">
      <button type="button" class="btn quiet icon" ref="opener" :aria-label="words.newRequests + ': ' + spoken" :aria-expanded="open ? 'true' : 'false'" @click="toggle">
        <svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path :d="shape"/></svg>
        <b v-if="count" class="bell-count" aria-hidden="true">{{ few }}</b>
      </button>
      <div v-if="open" class="menu right">
        <div class="menu-title">{{ words.newRequests }}</div>
        <a v-if="count" href="/desk?flag=waiting">{{ spoken }}</a><p v-else class="menu-text">{{ spoken }}</p>
        <label class="menu-entry"><input type="checkbox" :checked="!muted" @change="mute(!$event.target.checked)"> {{ words.sound }}</label>
        <label v-if="canNotify" class="menu-entry"><input type="checkbox" :checked="notifies" @change="notifyOrNot($event.target)"> {{ words.notify }}</label>
        <p v-if="blocked" class="menu-text" role="alert">{{ words.blocked }}</p>
      </div>
      <span class="seen-not" role="status">{{ said }}</span>
    </div>`,
  props: { count: Number, newest: Object, spoken: String, words: Object },
  data() {
    const allowed = "Notification" in window && Notification.permission === "granted";
    return { said: "", blocked: false, muted: Boolean(kept(MUTED)), notifies: allowed && Boolean(kept(NOTIFIES)) };
  },
  created() {
    this.heard = this.newest?.at || 0;
    this.plainIcon = document.querySelector("link[rel~=icon]")?.href || "";
  },
  mounted() {
    window.addEventListener("storage", this.changedElsewhere);
    this.badge();
  },
  unmounted() {
    window.removeEventListener("storage", this.changedElsewhere);
  },
  watch: {
    count() {
      this.badge();
    },
    newest() {
      if (!this.newest || this.newest.at <= this.heard) return;
      this.heard = this.newest.at;
      this.said = this.newest.text;
      setTimeout(this.tell, document.hidden ? GIVE_WAY_MS : 0, this.newest);
    },
  },
  computed: {
    few() {
      return this.count > MOST_SHOWN ? `${MOST_SHOWN}+` : String(this.count);
    },
    shape() {
      return this.muted ? `${BELL}${SLASH}` : BELL;
    },
    canNotify() {
      return "Notification" in window;
    },
  },
  methods: {
    tell(request) {
      if (kept(TOLD) === String(request.at)) return;
      keep(TOLD, String(request.at));
      if (!this.muted) this.ring();
      if (document.hidden && this.notifies) this.notify(request);
    },
    ring() {
      if (!window.AudioContext) return;
      const context = new AudioContext();
      for (const [pitch, after] of TONES) {
        const tone = new OscillatorNode(context, { frequency: pitch });
        const loudness = new GainNode(context, { gain: 0 });
        const begin = context.currentTime + after;
        loudness.gain.setValueAtTime(LOUDNESS, begin);
        loudness.gain.exponentialRampToValueAtTime(0.001, begin + TONE_SECONDS);
        tone.connect(loudness).connect(context.destination);
        tone.start(begin);
        tone.stop(begin + TONE_SECONDS);
      }
      setTimeout(() => context.close(), 1000 * 2 * TONE_SECONDS);
    },
    notify(request) {
      try {
        const shown = new Notification(this.words.newRequests, { body: request.text, icon: this.plainIcon, tag: String(request.at) });
        shown.onclick = () => {
          window.focus();
          location.assign(request.href);
        };
      } catch {
        // browsers of phones have none of their own for a page
      }
    },
    async notifyOrNot(box) {
      const answer = box.checked && Notification.permission === "default" ? await Notification.requestPermission() : Notification.permission;
      this.notifies = box.checked && answer === "granted";
      this.blocked = box.checked && answer === "denied";
      box.checked = this.notifies;
      keep(NOTIFIES, this.notifies ? "1" : null);
    },
    mute(muted) {
      this.muted = muted;
      keep(MUTED, muted ? "1" : null);
      if (!muted) this.ring(); // so that one knows what to listen for
    },
    changedElsewhere(event) {
      if (event.key === MUTED) this.muted = Boolean(event.newValue);
      if (event.key === NOTIFIES) this.notifies = this.canNotify && Notification.permission === "granted" && Boolean(event.newValue);
    },
    badge() {
      const plain = document.title.replace(/^\(\d+\+?\) /, "");
      document.title = this.count ? `(${this.few}) ${plain}` : plain;
      const icon = document.querySelector("link[rel~=icon]");
      if (icon && this.plainIcon.startsWith("data:image/svg+xml,")) icon.href = this.count ? this.badgedIcon() : this.plainIcon;
    },
    badgedIcon() {
      const text = this.count > 9 ? "9+" : String(this.count);
      const mark = `<circle cx="22" cy="10" r="10" fill="#b3261e"/><text x="22" y="15" text-anchor="middle" font-family="system-ui,sans-serif" font-weight="700" font-size="14" fill="#fff">${text}</text>`;
      return this.plainIcon.replace(/%3C\/svg%3E$/i, encodeURIComponent(mark) + "%3C/svg%3E");
    },
    toggle() {
      this.open = !this.open;
      this.blocked = false;
    },
  },
};
