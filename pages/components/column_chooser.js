// Which column of a file holds what.
export default {
  template: `
    <details class="panel chooser" :open="open" @toggle="open = $event.target.open">
      <summary><span class="strong">{{ summary }}</span></summary>
      <div class="simple-box">
        <table class="simple">
          <thead><tr><th>{{ words.column }}</th><th>{{ words.values }}</th><th>{{ words.holds }}</th></tr></thead>
          <tbody>
            <tr v-for="entry in shown" :key="entry.place">
              <td><label :for="id + '-' + entry.place" class="strong">{{ entry.name }}</label></td>
              <td class="muted values">{{ entry.values.join(" · ") }}</td>
              <td><select class="input" :id="id + '-' + entry.place" :value="entry.field" :disabled="waiting" @change="choose(entry.place, $event.target.value)">
                <option value="">{{ words.none }}</option>
                <option v-for="field in fields" :key="field[0]" :value="field[0]">{{ field[1] }}</option>
              </select></td>
            </tr>
          </tbody>
        </table>
      </div>
      <p v-if="shown.length < columns.length" class="pad"><button type="button" class="btn small" @click="all = true">{{ words.all }} ({{ columns.length }})</button></p>
    </details>`,
  emits: ["choose"],
  props: { id: String, fields: Array, columns: Array, summary: String, answer: Number, words: Object },
  data() {
    return { open: false, all: false, waiting: false };
  },
  watch: {
    answer() {
      this.waiting = false;
    },
  },
  computed: {
    shown() {
      const entries = this.columns.map((column, place) => ({ ...column, place }));
      const used = entries.filter((entry) => entry.field);
      return this.all || entries.length <= 15 || !used.length ? entries : used;
    },
  },
  methods: {
    choose(column, field) {
      this.waiting = true;
      this.all = true; // a column that was left out stays in sight
      this.$emit("choose", { column, field });
    },
  },
};
