// What a cart's price depends on besides its lines: the discount code and the zone.
export default {
  template: `
    <div v-if="zones.length || hasPrices" class="cart-terms">
      <div v-if="zones.length" class="field">
        <label :for="id + '-zone'">{{ words.zone }}</label>
        <select class="input" autocomplete="off" :id="id + '-zone'" :value="zone" @change="$emit('zone', $event.target.value)">
          <option value="">{{ words.chooseZone }}</option><option v-for="name in zones" :key="name" :value="name">{{ name }}</option>
        </select>
      </div>
      <form v-if="hasPrices" class="field" @submit.prevent="send" novalidate>
        <label :for="id + '-code'">{{ words.code }}</label>
        <div class="with-button">
          <input class="input" :id="id + '-code'" v-model="typed" maxlength="40" autocomplete="off" spellcheck="false" autocapitalize="characters" :aria-invalid="problem ? 'true' : null" :aria-describedby="problem ? id + '-problem' : null">
          <button v-if="code && (!typed.trim() || (!problem && typed.trim() === code))" type="button" class="btn" @click="clear">{{ words.clear }}</button><button v-else type="submit" class="btn" :disabled="!typed.trim()">{{ words.apply }}</button>
        </div>
        <span class="error" role="status" :id="id + '-problem'">{{ problem }}</span>
      </form>
    </div>`,
  emits: ["code", "zone"],
  props: { id: String, code: String, problem: String, zone: String, zones: Array, hasPrices: Boolean, words: Object },
  data() {
    return { typed: this.code };
  },
  watch: {
    code(code) {
      this.typed = code;
    },
  },
  methods: {
    send() {
      if (this.typed.trim() || this.code) this.$emit("code", this.typed.trim());
    },
    clear() {
      this.typed = "";
      this.$emit("code", "");
    },
  },
};
