// A place to drop a file, posted with progress.
export default {
  template: `
    <div class="drop" :class="{ over, small }" @dragenter.prevent="over = true" @dragover.prevent="over = true" @dragleave="leave" @drop.prevent="dropped">
      <input type="file" ref="input" :accept="accept || null" :aria-label="label" v-show="!sending" :aria-describedby="id + '-state'" @change="chosen">
      <svg v-if="!small" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M12 16V4m0 0L7 9m5-5 5 5M4 16v4h16v-4"/></svg>
      <template v-if="sending"><span class="strong">{{ progress < 100 ? fill(words.sending) : fill(words.reading) }}</span><progress max="100" :value="progress < 100 ? progress : null" :aria-label="label"></progress></template>
      <template v-else><span class="strong">{{ label }}</span><span class="muted small">{{ words.choose }}</span></template>
      <span v-if="hint && !sending" class="muted small">{{ hint }}</span>
      <span :id="id + '-state'" :class="{ error: problem }" role="status">{{ problem }}</span>
    </div>`,
  emits: ["done"],
  props: { id: String, url: String, label: String, hint: String, accept: String, maxBytes: Number, small: Boolean, token: Array, words: Object },
  data() {
    return { over: false, sending: false, progress: 0, problem: "", name: "" };
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
      if (files.length > 1) this.problem = this.words.one;
      else this.send(files[0]);
    },
    chosen() {
      const file = this.$refs.input.files[0];
      if (file) this.send(file);
      this.$refs.input.value = "";
    },
    accepts(file) {
      const kinds = this.accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
      const name = file.name.toLowerCase();
      return !kinds.length || kinds.some((kind) => (kind.startsWith(".") ? name.endsWith(kind) : kind.endsWith("/*") ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind));
    },
    send(file) {
      this.name = file.name;
      this.problem = file.size > this.maxBytes ? this.words.tooBig : this.accepts(file) ? "" : this.fill(this.words.wrongKind);
      if (this.problem) return;
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
      this.sending = false;
      this.$emit("done", answer);
    },
    fail(words) {
      this.sending = false;
      this.problem = words;
    },
    reset() {
      this.sending = false;
      this.problem = "";
    },
  },
};
