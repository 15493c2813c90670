// The shop's contact and legal texts.
export default {
  template: `
    <footer class="foot"><div>
      <div class="stack tight"><strong>{{ name }}</strong><span v-if="contact" class="pre">{{ contact }}</span></div>
      <nav :aria-label="words.legal"><a href="/legal/terms">{{ words.terms }}</a><a href="/legal/privacy">{{ words.privacy }}</a></nav>
    </div></footer>`,
  props: { name: String, contact: String, words: Object },
};
