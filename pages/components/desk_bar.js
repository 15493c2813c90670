// The seller's header: tabs, whether the page is live, the link to share, a slot for the bell, sign-out.
import { menuBox } from "menu_box";

const SOCKET_WAIT_MS = 50;
const SAID_MS = 2500;

export default {
  mixins: [menuBox],
  template: `
    <header class="bar of-desk">
      <a class="skip" :href="content">{{ words.skip }}</a>
      <a class="logo" href="/desk" :aria-label="name + ', ' + words.desk">
        <img v-if="logo" :src="logo" alt=""><span v-else>{{ brand[0] }}<b>.</b>{{ brand[1] }}</span>
      </a>
      <nav class="tabs" ref="tabs" :aria-label="words.desk">
        <a v-for="tab in tabs" :key="tab.href" :href="tab.href" :aria-current="tab.href === active ? 'page' : null">{{ tab.label }}</a>
      </nav>
      <span class="grow"></span>
      <span class="live" :class="{ lost: !live }" role="status">{{ live ? words.live : words.lost }}</span>
      <button type="button" class="btn quiet share" @click="share" aria-live="polite">{{ said || words.share }}</button>
      <slot></slot>
      <div class="menu-box" ref="box" @keydown.esc="close" @focusout="left">
        <button type="button" class="btn quiet icon" ref="opener" :aria-label="words.account" :aria-expanded="open ? 'true' : 'false'" @click="open = !open">
          <svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" aria-hidden="true"><circle cx="12" cy="8" r="4"/><path d="M4 20c1.5-3.5 4.5-5 8-5s6.5 1.5 8 5"/></svg>
        </button>
        <div v-if="open" class="menu right">
          <div class="menu-title" style="overflow-wrap:anywhere">{{ seller }}</div>
          <a href="/desk/account">{{ words.myAccount }}</a>
          <a :href="shopUrl" target="_blank" rel="noopener">{{ words.openShop }}</a>
          <button type="button" class="share-too" @click="share">{{ said || words.share }}</button>
          <a href="/desk/share">{{ words.qr }}</a>
          <form method="post" action="/language" class="languages" :aria-label="words.language" @submit="here">
            <input type="hidden" :name="token[0]" :value="token[1]"><input type="hidden" name="back" ref="back">
            <button v-for="[code, name] in languages" :key="code" name="speak" :value="code" :lang="code" :aria-current="code === language ? 'true' : null">{{ name }}</button>
          </form>
          <form method="post" action="/desk/sign-out"><input type="hidden" :name="token[0]" :value="token[1]"><button type="submit">{{ words.signOut }}</button></form>
        </div>
      </div>
    </header>`,
  props: { name: String, brand: Array, logo: String, content: String, active: String, seller: String, shopUrl: String, tabs: Array, language: String, languages: Array, token: Array, words: Object },
  data() {
    return { live: true, said: "" };
  },
  mounted() {
    this.watchSocket();
    this.$refs.tabs.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  },
  methods: {
    // The framework makes its socket after its components are mounted.
    watchSocket() {
      if (!window.socket) return setTimeout(this.watchSocket, SOCKET_WAIT_MS);
      window.socket.on("connect", () => (this.live = true));
      window.socket.on("disconnect", () => (this.live = false));
    },
    async share() {
      const address = new URL(this.shopUrl, location.href).href;
      try {
        await navigator.clipboard.writeText(address);
        this.said = this.words.copied;
      } catch {
        window.prompt(this.words.copyThis, address); // no clipboard without HTTPS
      }
      setTimeout(() => (this.said = ""), SAID_MS);
    },
    here() {
      this.$refs.back.value = location.pathname + location.search;
    },
  },
};
