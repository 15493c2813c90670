// The discounts and surcharges of an order while they are edited.
import { typedRows } from "typed_rows";

export default {
  mixins: [typedRows],
  template: `
    <div class="edit-lines edit-charges">
      <ul v-if="rows.length" :aria-label="words.charges">
        <li v-for="row in rows" :key="row.key" :class="{ removed: row.removed }">
          <template v-if="!row.removed">
            <label class="what"><span class="small muted">{{ row.kind }}</span><input class="input" autocomplete="off" maxlength="80" :data-title="row.key" :aria-label="words.title + ': ' + row.kind" :aria-invalid="row.wrong === 'title' ? 'true' : null" :aria-describedby="row.error ? at(row) : null" :placeholder="words.title"
              :value="shown(row, 'title')" @input="type(row, 'title', $event.target.value)" @change="send(row)" @keydown.enter.prevent="send(row)"><span v-if="row.reason" class="muted small">{{ row.reason }}</span><span v-if="row.error" class="error" :id="at(row)">{{ row.error }}</span></label>
            <label class="with-unit"><span class="small muted">{{ row.sign }} {{ currency }}</span><input class="input num" inputmode="decimal" autocomplete="off" maxlength="20" :aria-label="words.amount + ': ' + (row.title || row.kind)" :aria-invalid="row.wrong === 'amount' ? 'true' : null" :aria-describedby="row.error ? at(row) : null"
              :value="shown(row, 'amount')" @input="type(row, 'amount', $event.target.value)" @change="send(row)" @keydown.enter.prevent="send(row)" @focus="$event.target.select()"></label>
            <button type="button" class="btn quiet icon remove" :aria-label="words.remove + ': ' + (row.title || row.kind)" :title="words.remove" @click="remove(row, true)">×</button>
          </template>
          <template v-else><span class="what"><span class="strong">{{ row.title }}</span></span><button type="button" class="btn small put-back" :data-back="row.key" :aria-label="words.putBack + ': ' + row.title" @click="remove(row, false)">{{ words.putBack }}</button></template>
        </li>
      </ul>
      <p v-else class="muted small pad">{{ words.empty }}</p>
    </div>`,
  emits: ["charge", "remove", "restore"],
  props: { id: String, rows: Array, currency: String, round: Number, fresh: Number, words: Object },
  watch: {
    // Who adds one goes on by naming it: what is typed takes the place of the name it came with.
    fresh(key) {
      this.$nextTick(() => {
        const title = this.$el.querySelector(`[data-title="${key}"]`);
        title?.focus();
        title?.select();
      });
    },
  },
  methods: {
    changed() {
      return this.rows.filter((row) => row.changed).map((row) => ({ key: row.key, discount: row.discount, title: row.title, amount: row.amount, removed: row.removed }));
    },
    memory() {
      return "pedido-charges " + location.pathname + location.search;
    },
    at(row) {
      return `${this.id}-error-${row.key}`;
    },
    send(row) {
      if (!this.settled(row)) return;
      this.$emit("charge", { key: row.key, title: this.shown(row, "title"), amount: this.shown(row, "amount") });
    },
    remove(row, removed) {
      this.send(row);
      this.$emit("remove", { key: row.key, removed });
      this.next = `[data-${removed ? "back" : "title"}="${row.key}"]`;
    },
  },
};
