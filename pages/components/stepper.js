// A quantity with less and more: whole packs by button, any number by typing (the shop corrects it in words).
const MOST = 1000000;

export default {
  template: `
    <span class="step" role="group" :aria-label="label">
      <button type="button" :aria-label="words.less" :aria-disabled="quantity <= least ? 'true' : null" @click="move(-1)">–</button>
      <input type="text" inputmode="numeric" autocomplete="off" maxlength="7" :aria-label="label" :data-digits="String(quantity).length" :value="typed ?? quantity" @input="write" @change="type" @keydown.enter.prevent="type" @keydown.up.prevent="move(1)" @keydown.down.prevent="move(-1)" @focus="$event.target.select()">
      <button type="button" :aria-label="words.more" :aria-disabled="quantity >= most ? 'true' : null" @click="move(1)">+</button>
    </span>`,
  emits: ["set"],
  props: { quantity: Number, pack: Number, min: Number, removable: Boolean, label: String, words: Object },
  data() {
    return { typed: null }; // until it is meant: what the shop says meanwhile must not take it away
  },
  computed: {
    least() {
      return this.removable ? 0 : this.min;
    },
    most() {
      return Math.floor(MOST / this.pack) * this.pack;
    },
  },
  methods: {
    say(field, words) {
      field.setCustomValidity(words);
      field.reportValidity();
    },
    write(event) {
      this.typed = event.target.value;
      event.target.setCustomValidity("");
    },
    move(packs) {
      this.typed = null;
      if (packs < 0 ? this.quantity <= this.least : this.quantity >= this.most) return;
      const whole = packs > 0 ? Math.floor(this.quantity / this.pack) : Math.ceil(this.quantity / this.pack);
      const moved = Math.min((whole + packs) * this.pack, this.most);
      const below = packs < 0 && moved < this.min;
      this.$emit("set", below ? this.least : Math.max(moved, this.min));
    },
    type(event) {
      const typed = event.target.value.trim();
      const isWhole = /^[0-9]+$/.test(typed);
      const wanted = isWhole ? Math.min(Number(typed), MOST) : this.quantity;
      const least = this.removable ? 0 : 1;
      const quantity = Math.max(wanted, least);
      event.target.value = quantity;
      if (!isWhole || Number(typed) < least || Number(typed) > MOST) this.say(event.target, this.words.whole);
      this.typed = null;
      if (quantity !== this.quantity) this.$emit("set", quantity);
    },
  },
};
