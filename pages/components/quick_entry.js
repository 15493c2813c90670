// What a buyer wants, put in at once: pasted or typed, dropped as a file, or scanned code by code.
import DropZone from "drop_zone";

const LONGEST_AT_ONCE = 6000;
const MEMORY = "pedido-quick-order";

export default {
  components: { DropZone },
  template: `
    <div class="quick-entry">
      <form class="panel pad quick-scan" @submit.prevent="scan" novalidate>
        <label :for="id + '-scan'" class="strong">{{ words.scan }}</label>
        <div class="with-button">
          <input class="input mono" ref="scan" :id="id + '-scan'" v-model="code" maxlength="120" autocomplete="off" autocapitalize="characters" spellcheck="false" enterkeyhint="done" :aria-describedby="id + '-scanned'">
          <button type="submit" class="btn">{{ words.take }}</button>
        </div>
        <p :id="id + '-scanned'" class="small" :class="said.bad ? 'bad' : 'muted'" role="status">{{ said.text || words.scanHint }}</p>
      </form>
      <form class="panel pad quick-paste" @submit.prevent="read" novalidate>
        <label :for="id + '-text'" class="strong">{{ words.paste }}</label>
        <textarea class="input mono" ref="text" :id="id + '-text'" rows="7" v-model="text" :placeholder="words.example" :maxlength="longest" autocomplete="off" autocapitalize="off" spellcheck="false" :aria-describedby="id + '-how'" @input="remember" @paste="pasted" @keydown.ctrl.enter.prevent="read" @keydown.meta.enter.prevent="read"></textarea>
        <p :id="id + '-how'" class="muted small">{{ words.how }}</p>
        <p v-if="problem" class="bad small" role="alert">{{ problem }}</p>
        <div class="line"><button type="submit" class="btn" :class="{ busy: waiting, primary: text.trim() && !isRead }" :disabled="!text.trim()">{{ words.check }}</button><button v-if="text" type="button" class="btn quiet" @click="clear">{{ words.clear }}</button></div>
      </form>
      <div class="quick-file">
        <drop-zone :id="id + '-file'" :url="url" :label="words.file" :hint="words.fileHint" accept=".csv,.xlsx,.xls,.ods,.txt,.tsv" :max-bytes="maxBytes" :small="true" :token="token" :words="words.drop" ref="drop" @done="fileRead"></drop-zone>
        <p class="small"><a class="link" :href="sample" download>{{ words.sample }}</a></p>
      </div>
    </div>`,
  emits: ["part", "read", "scan"],
  props: { id: String, url: String, sample: String, longest: Number, maxBytes: Number, token: Array, said: Object, problem: String, answer: Number, words: Object },
  data() {
    return { text: "", code: "", waiting: false, isRead: false };
  },
  mounted() {
    try {
      this.text = sessionStorage.getItem(MEMORY) || "";
    } catch {
      // a forbidden storage only costs this comfort
    }
    if (this.text) this.read();
    else if (matchMedia("(pointer: fine)").matches) this.$refs.text.focus();
  },
  watch: {
    answer() {
      this.waiting = false;
    },
  },
  methods: {
    // Half of an emoji, as a pasted text may end with, could not be sent.
    remember() {
      this.isRead = false;
      try {
        sessionStorage.setItem(MEMORY, this.text);
      } catch {
        // as above
      }
    },
    // What is pasted is read at once: nobody should have to press a button for it.
    pasted() {
      setTimeout(this.read);
    },
    read() {
      if (!this.text.trim()) return;
      this.remember();
      this.waiting = this.isRead = true;
      const text = this.text.toWellFormed?.() ?? this.text;
      let from = 0;
      let n = 0;
      while (text.length - from > LONGEST_AT_ONCE) {
        const splits = /[\ud800-\udbff]/.test(text[from + LONGEST_AT_ONCE - 1]); // not between the halves of an emoji
        const to = from + LONGEST_AT_ONCE - (splits ? 1 : 0);
        this.$emit("part", [n++, text.slice(from, to)]);
        from = to;
      }
      this.$emit("read", text.slice(from));
    },
    fileRead(answer) {
      this.$refs.drop.reset();
      if (typeof answer.text !== "string") return;
      this.text = answer.text;
      this.read();
    },
    scan() {
      const code = this.code.trim();
      this.code = "";
      this.$refs.scan.focus();
      if (code) this.$emit("scan", code.toWellFormed?.() ?? code);
    },
    clear() {
      this.text = "";
      this.remember();
      this.$refs.text.focus();
    },
    // What came into the cart need not be pasted again.
    done() {
      this.text = "";
      this.remember();
    },
  },
};
