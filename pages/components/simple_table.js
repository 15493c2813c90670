// A short list that needs no pages: words under words, and perhaps a button at the end of a row.
export default {
  template: `
    <div class="simple-box">
      <table v-if="rows.length" class="simple" :class="{ many }" role="table" :aria-label="label">
        <thead v-if="columns.some((column) => column.label)" role="rowgroup"><tr role="row">
          <component v-for="(column, i) in columns" :key="i" :is="column.label ? 'th' : 'td'" :scope="column.label ? 'col' : null" :role="column.label ? 'columnheader' : 'cell'" :class="{ num: column.align === 'right' }">{{ column.label }}</component><th v-if="acts" role="columnheader"><span class="seen-not">{{ words.action }}</span></th>
        </tr></thead>
        <tbody role="rowgroup">
          <tr v-for="row in rows" :key="row.id" role="row">
            <td v-for="(cell, i) in row.cells.map(whole)" :key="i" role="cell" :data-label="columns[i].label" :class="{ num: columns[i].align === 'right' }" :title="cell.title || null">
              <a v-if="cell.href" class="link" :class="{ mono: cell.mono }" :href="cell.href">{{ cell.text }}</a>
              <span v-else :class="{ tag: cell.tag, [cell.tag]: cell.tag, mono: cell.mono, strong: cell.strong, muted: cell.quiet }">{{ cell.text }}</span>
              <div v-if="cell.sub" class="muted" :class="{ mono: cell.sub_mono, bad: cell.sub_bad }">{{ cell.sub }}</div>
            </td>
            <td v-if="acts" role="cell" class="num act"><button v-if="row.act" type="button" class="btn small" :class="{ busy: acting === row.id }" :disabled="acting !== null" @click="act(row)">{{ row.act }}</button></td>
          </tr>
        </tbody>
      </table>
      <p v-else class="muted small pad">{{ empty }}</p>
    </div>`,
  emits: ["act"],
  props: { label: String, columns: Array, rows: Array, empty: String, answer: Number, words: Object },
  data() {
    return { acting: null };
  },
  computed: {
    many() {
      // Too many to stand side by side on a phone; figures stay under each other.
      return this.columns.length > (this.acts ? 2 : 4) || (this.columns.length > 3 && this.columns.every((column) => column.align !== "right"));
    },
    acts() {
      return this.rows.some((row) => row.act);
    },
  },
  watch: {
    answer() {
      this.acting = null;
    },
  },
  methods: {
    whole(cell) {
      return typeof cell === "object" ? cell : { text: cell };
    },
    act(row) {
      this.acting = row.id;
      this.$emit("act", row.id);
    },
  },
};
