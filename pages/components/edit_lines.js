// The products of an order while they are edited: how many, at what price, taken out and put back.
import { typedRows } from "typed_rows";

export default {
  mixins: [typedRows],
  template: `
    <div class="edit-lines">
      <div class="edit-head" aria-hidden="true"><span>{{ words.product }}</span><span>{{ words.quantity }}</span><span v-if="priced">{{ words.price }}</span><span v-if="priced">{{ words.total }}</span></div>
      <ul :aria-label="words.lines">
        <li v-for="row in rows" :key="row.key" :class="{ removed: row.removed, unpriced: !priced }">
          <div class="what"><span class="strong">{{ row.name }}</span><span class="muted small"><span class="mono">{{ row.sku }}</span><span v-if="row.note"> · {{ row.note }}</span></span>
            <span v-if="row.error" class="error" :id="at(row, 'error')">{{ row.error }}</span></div>
          <template v-if="!row.removed">
            <label class="with-unit"><span class="phone-only small muted">{{ words.quantity }}</span><input class="input num" inputmode="numeric" autocomplete="off" maxlength="9" :aria-label="words.quantity + ': ' + row.name" :aria-invalid="row.wrong === 'quantity' ? 'true' : null" :aria-describedby="row.error ? at(row, 'error') : null"
              :value="shown(row, 'quantity')" @input="type(row, 'quantity', $event.target.value)" @change="send(row)" @keydown.enter.prevent="send(row)" @focus="$event.target.select()"><span class="muted small">{{ row.unit }}</span></label>
            <label v-if="priced" class="with-unit"><span class="phone-only small muted">{{ words.price }}</span><input class="input num" inputmode="decimal" autocomplete="off" maxlength="20" :placeholder="words.onRequest" :aria-label="words.price + ': ' + row.name" :aria-invalid="row.wrong === 'price' ? 'true' : null" :aria-describedby="row.error ? at(row, 'error') : null"
              :value="shown(row, 'price')" @input="type(row, 'price', $event.target.value)" @change="send(row)" @keydown.enter.prevent="send(row)" @focus="$event.target.select()"></label>
            <b v-if="priced" class="num line-sum">{{ row.total }}</b>
            <button type="button" class="btn quiet icon remove" :data-out="row.key" :aria-label="words.remove + ': ' + row.name" :title="words.remove" @click="remove(row, true)">×</button>
          </template>
          <button v-else type="button" class="btn small put-back" :data-back="row.key" :aria-label="words.putBack + ': ' + row.name" @click="remove(row, false)">{{ words.putBack }}</button>
        </li>
      </ul>
      <p v-if="!rows.length" class="muted small pad">{{ words.empty }}</p>
    </div>`,
  emits: ["line", "remove", "restore"],
  props: { id: String, rows: Array, priced: Boolean, round: Number, words: Object },
  methods: {
    changed() {
      return this.rows.filter((row) => row.changed).map((row) => ({ key: row.key, product: row.product, quantity: row.quantity, price: row.price, removed: row.removed }));
    },
    at(row, part) {
      return `${this.id}-${part}-${this.rows.indexOf(row)}`;
    },
    // A price that nobody has typed follows the quantity, so it is not sent.
    send(row) {
      if (!this.settled(row)) return;
      this.$emit("line", { key: row.key, ...this.typed[row.key] });
    },
    remove(row, removed) {
      this.send(row);
      this.$emit("remove", { key: row.key, removed });
      this.next = `[data-${removed ? "back" : "out"}="${CSS.escape(row.key)}"]`;
    },
    memory() {
      return "pedido-lines " + location.pathname + location.search;
    },
  },
};
