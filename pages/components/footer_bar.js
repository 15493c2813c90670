// The shop's contact and legal texts, and the choice of a language.
export default {
  template: `
    <footer class="foot"><div>
      <div class="stack tight"><strong>{{ name }}</strong><span v-if="contact" class="pre">{{ contact }}</span></div>
      <form method="post" action="/language" class="languages" :aria-label="words.language" @submit="here">
        <input type="hidden" :name="token[0]" :value="token[1]"><input type="hidden" name="back" ref="back">
        <button v-for="[code, name] in languages" :key="code" name="speak" :value="code" :lang="code" :aria-current="code === language ? 'true' : null">{{ name }}</button>
      </form>
      <nav :aria-label="words.legal"><a href="/legal/terms">{{ words.terms }}</a><a href="/legal/privacy">{{ words.privacy }}</a></nav>
    </div></footer>`,
  props: { name: String, contact: String, token: Array, language: String, languages: Array, words: Object },
  methods: {
    here() {
      this.$refs.back.value = location.pathname + location.search;
    },
  },
};
