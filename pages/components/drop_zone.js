// A place to drop a file, posted with progress.
export default {
  template: `
    <div class="drop" :class="{ over, small }" @dragenter.prevent="over = true" @dragover.prevent="over = true" @dragleave="leave" @drop.prevent="dropped">
      <input type="file" ref="input" :multiple="many" :accept="accept || null" :aria-label="label" v-show="!sending" :aria-describedby="id + '-state'" @change="chosen">
      <svg v-if="!small" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M12 16V4m0 0L7 9m5-5 5 5M4 16v4h16v-4"/></svg>
      <template v-if="sending"><span class="strong">{{ progress < 100 ? fill(words.sending) : fill(words.reading) }}</span><progress max="100" :value="progress < 100 ? progress : null" :aria-label="label"></progress></template>
      <template v-else><span class="strong">{{ label }}</span><span class="muted small">{{ many ? words.chooseMany : words.choose }}</span></template>
      <span v-if="hint && !sending" class="muted small">{{ hint }}</span>
      <span :id="id + '-state'" :class="{ error: problem }" role="status">{{ problem }}</span>
    </div>`,
  emits: ["done"],
  props: { id: String, url: String, label: String, hint: String, accept: String, maxBytes: Number, small: Boolean, many: Boolean, token: Array, words: Object },
  data() {
    return { over: false, sending: false, progress: 0, problem: "", name: "", waiting: [], answers: [] };
  },
  methods: {
    fill(words) {
      return words.replace("{name}", this.name).replace("{percent}", String(this.progress)).replace("{kinds}", this.accept.split(",").join(", "));
    },
    leave(event) {
      if (!this.$el.contains(event.relatedTarget)) this.over = false;
    },
    dropped(event) {
      this.over = false;
      const files = event.dataTransfer?.files;
      if (this.sending || !files?.length) return;
      if (files.length > 1 && !this.many) this.problem = this.words.one;
      else this.sendAll([...files]);
    },
    chosen() {
      const files = [...this.$refs.input.files];
      if (files.length) this.sendAll(files);
      this.$refs.input.value = "";
    },
    // One after the other; what was answered to all of them is told once, and the first that was refused by its name.
    sendAll(files) {
      this.problem = "";
      this.answers = [];
      this.isOne = files.length === 1;
      this.waiting = files;
      this.sendNext();
    },
    sendNext() {
      const file = this.waiting.shift();
      if (file) return this.send(file);
      this.sending = false;
      if (this.answers.length) this.$emit("done", this.answers.reduce(this.together));
    },
    together(one, other) {
      const sum = (key) => (typeof other[key] === "number" && typeof one[key] === "number" ? one[key] + other[key] : [one[key], other[key]].filter(Boolean).join(", ").slice(0, 900));
      return Object.fromEntries(Object.keys(other).map((key) => [key, typeof other[key] === "boolean" ? other[key] : sum(key)]));
    },
    accepts(file) {
      const kinds = this.accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
      const name = file.name.toLowerCase();
      return !kinds.length || kinds.some((kind) => (kind.startsWith(".") ? name.endsWith(kind) : kind.endsWith("/*") ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind));
    },
    send(file) {
      this.name = file.name;
      const problem = file.size > this.maxBytes ? this.words.tooBig : this.accepts(file) ? "" : this.fill(this.words.wrongKind);
      if (problem) return this.fail(problem);
      this.sending = true;
      this.progress = 0;
      const form = new FormData();
      form.append("file", file);
      const request = new XMLHttpRequest();
      request.upload.onprogress = (event) => (this.progress = event.lengthComputable ? Math.floor((100 * event.loaded) / event.total) : 0);
      request.upload.onload = () => (this.progress = 100);
      request.onload = () => this.answered(request);
      request.onerror = request.ontimeout = () => this.fail(this.words.lost);
      request.open("POST", this.url);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader(...this.token);
      request.send(form);
    },
    answered(request) {
      let answer = null;
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // not JSON: a proxy's error page, say
      }
      const ok = request.status >= 200 && request.status < 300 && answer && !answer.error;
      if (!ok) return this.fail(typeof answer?.error === "string" ? answer.error : this.words.failed);
      this.answers.push(answer);
      this.sendNext();
    },
    fail(words) {
      this.problem ||= this.isOne ? words : this.words.refused.replace("{name}", this.name).replace("{why}", words);
      this.sendNext();
    },
    reset() {
      this.sending = false;
      this.problem = "";
    },
  },
};
