// A paged list: sorting, selection, actions, and rows that change while one looks.
import CellEditor from "cell_editor";
import RowKeys from "row_keys";

const TINTED_MS = 2200;
const ICONS = {
  comment: "M4 5h16v11H9l-5 4z",
  warning: "M12 4 2.5 20h19zM12 10v4.5M12 17v.5",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
};

const CellIcon = {
  template: `<svg class="cell-icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" stroke-linecap="round" aria-hidden="true"><path :d="shape"/></svg><span v-if="title" class="seen-not">{{ title }}</span>`,
  props: { name: String, title: String },
  computed: {
    shape() {
      return ICONS[this.name];
    },
  },
};

const Cell = {
  template: `
    <div class="cell">
      <div class="cell-main" :title="cell.title || null">
        <img v-if="cell.image" class="cell-image" :src="cell.image" alt="" loading="lazy" width="40" height="40">
        <template v-if="cell.tick"><span class="tick" :class="cell.tick" aria-hidden="true" :title="tickWords">{{ cell.tick === 'no' ? '○' : '✓' }}</span><span class="seen-not">{{ tickWords }}</span></template>
        <span v-if="cell.tag" class="tag" :class="cell.tag">{{ cell.text }}</span>
        <a v-else-if="link" class="cell-text" :class="look" :href="link">{{ cell.text }}</a>
        <span v-else-if="cell.text" class="cell-text" :class="look">{{ cell.text }}</span>
        <CellIcon v-if="cell.icon && !cell.sub" :name="cell.icon" :title="cell.title"/>
        <span v-if="cell.marks" class="fates"><span v-for="(mark, i) in cell.marks" :key="i" class="fate" :class="mark.state" :title="mark.label" role="img" :aria-label="mark.label"></span></span>
      </div>
      <div v-if="cell.sub" class="cell-sub" :title="cell.icon ? cell.title : null">{{ cell.sub }}<CellIcon v-if="cell.icon" :name="cell.icon" :title="cell.title"/></div>
    </div>`,
  components: { CellIcon },
  props: { cell: Object, link: String, words: Object },
  computed: {
    look() {
      return { mono: this.cell.mono, strong: this.cell.strong, quiet: this.cell.quiet, link: this.cell.link };
    },
    tickWords() {
      return this.cell.tick_label || this.words[this.cell.tick];
    },
  },
};

export default {
  components: { Cell, CellEditor, RowKeys },
  template: `
    <section class="panel listing" :aria-label="label">
      <div class="tool">
        <template v-if="selectable && rows.length">
          <label class="pick-page"><input type="checkbox" :checked="pageState === 'all'" :indeterminate="pageState === 'some'" :disabled="!rows.length" :aria-label="words.pickPage" @change="pickPage($event.target.checked)"></label>
          <span class="tool-selected" :class="{ none: !count }" role="status">{{ count ? fill(count === 1 ? words.selectedOne : words.selected, { n: all ? counted : number(count) }) : words.none }}</span>
          <div class="menu-box" ref="menuBox" @keydown="menuKey" @focusout="menuLeft">
            <button type="button" class="btn" :class="{ primary: count }" ref="opener" :disabled="!count || acting" aria-haspopup="menu" :aria-expanded="menu ? 'true' : 'false'" @click="toggleMenu">{{ words.actions }} <span aria-hidden="true">▾</span></button>
            <div v-if="menu" class="menu" role="menu" :aria-label="words.actions" ref="menu">
              <template v-for="(group, i) in groups" :key="i">
                <hr v-if="i"><div v-if="group.name" class="menu-title" role="presentation">{{ group.name }}</div>
                <button v-for="action in group.actions" :key="action.key" type="button" role="menuitem" tabindex="-1" :class="{ danger: action.danger }" @click="act(action.key)">{{ action.label }}<kbd v-if="action.letter" aria-hidden="true">{{ action.letter }}</kbd></button>
              </template>
            </div>
          </div>
        </template>
        <slot></slot>
        <nav v-if="rows.length" class="pager" :class="{ single: isFirst && isLast }" :aria-label="label">
          <span class="range">{{ range }}</span>
          <button v-if="ends" type="button" class="btn quiet icon end" :disabled="isFirst" :aria-label="words.first" :title="words.first" @click="turn(1)">«</button>
          <button type="button" class="btn quiet icon" :disabled="isFirst" :aria-label="words.previous" @click="turn(page - 1)">‹</button>
          <button type="button" class="btn quiet icon" :disabled="isLast" :aria-label="words.next" @click="turn(page + 1)">›</button>
          <button v-if="ends" type="button" class="btn quiet icon end" :disabled="isLast" :aria-label="words.last" :title="words.last" @click="turn(-1)">»</button>
        </nav>
        <row-keys :shown="rows.length > 0" :actions="actions" :selectable="selectable" :words="words" @move="move" @pick="pickThis" @menu="openMenu" @act="actOnAll"></row-keys>
      </div>
      <div v-if="banner" class="banner"><span>{{ banner }}</span>
        <button v-if="!all" type="button" @click="all = true">{{ fill(words.selectAll, { n: counted }) }}</button>
        <button v-else type="button" @click="clearSelection">{{ words.clear }}</button></div>
      <div class="rows" :class="{ scrolls, busy: waiting }" ref="box">
        <table v-if="rows.length" role="table" :aria-label="label" :aria-busy="waiting ? 'true' : null" :aria-rowcount="matching ?? -1">
          <thead role="rowgroup"><tr role="row">
            <th v-if="selectable" class="pick" role="columnheader"><input type="checkbox" :checked="pageState === 'all'" :indeterminate="pageState === 'some'" :aria-label="words.pickPage" @change="pickPage($event.target.checked)"></th>
            <th v-for="column in columns" :key="column.name" role="columnheader" scope="col" :class="[column.align, { off: column.off }]" :aria-sort="sorted(column)">
              <button v-if="column.sortable" type="button" :title="fill(words.sortBy, { column: column.label })" @click="sortBy(column)">{{ column.label }}</button><span v-else :class="{ 'seen-not': column.unseen }">{{ column.label }}</span></th>
          </tr></thead>
          <tbody role="rowgroup" @keydown="cellKey">
            <tr v-for="row in rows" :key="row.id" role="row" :class="{ new: row.new, muted: row.muted, picked: isPicked(row.id), fresh: fresh[row.id], opens: row.href }"
                @click="follow($event, row)" @auxclick="followAside($event, row)">
              <td v-if="selectable" class="pick" role="cell"><input type="checkbox" :checked="isPicked(row.id)" :aria-label="fill(words.pickRow, { row: nameOf(row) })" @click="pick($event, row.id)"></td>
              <td v-for="column in columns" :key="column.name" role="cell" :class="[column.align, 'p-' + column.phone, { off: column.off, whole: column.whole }]" :style="column.width ? { maxWidth: column.width } : null">
                <CellEditor v-if="cellOf(row, column).edit" :edit="cellOf(row, column).edit" :place="placeOf(row, column)" :label="changeWords(row, column)" :answer="cellAnswers[placeOf(row, column)]" :reached="placeOf(row, column) === cellReached" @reach="cellNow = placeOf(row, column)" @save="saveCell(row, column, $event)"><Cell :cell="cellOf(row, column)" :words="words"/></CellEditor>
                <Cell v-else :cell="cellOf(row, column)" :link="linkOf(row, column)" :words="words"/></td>
            </tr>
          </tbody>
        </table>
        <div v-else class="empty"><strong>{{ empty[0] }}</strong><p v-if="empty[1]">{{ empty[1] }}</p></div>
      </div>
    </section>`,
  emits: ["page", "act", "edit"],
  props: {
    label: String, columns: Array, rows: Array, total: Number, page: Number, pageSize: Number, sort: String, descending: Boolean,
    live: Boolean, answer: Number, actions: Array, empty: Array, words: Object,
    ends: Array, more: Boolean,
  },
  data() {
    return { picked: {}, all: false, menu: false, fresh: {}, waiting: false, acting: false, scrolls: false, told: null, cellNow: "", cellAnswers: {} };
  },
  created() {
    this.seen = new Set(this.rows.map((row) => row.id));
    this.lastPicked = this.current = null;
  },
  mounted() {
    this.sizes = new ResizeObserver(this.measure);
    this.sizes.observe(this.$refs.box);
    document.addEventListener("pointerdown", this.pressed);
  },
  updated() {
    this.measure();
  },
  unmounted() {
    this.sizes.disconnect();
    document.removeEventListener("pointerdown", this.pressed);
  },
  watch: {
    answer() {
      this.told = null;
      this.waiting = this.acting = false;
      this.welcome();
    },
    page() {
      const top = this.$el.getBoundingClientRect().top;
      if (top < 0) this.$el.scrollIntoView({ block: "start" });
    },
  },
  computed: {
    // How many there are: counted since the rows were sent, or told with them.
    matching() {
      return this.told ?? this.total;
    },
    selectable() {
      return this.actions.length > 0;
    },
    isFirst() {
      return this.ends ? this.ends[0] : this.page <= 1;
    },
    isLast() {
      return this.ends ? this.ends[1] : this.page >= Math.max(1, Math.ceil(this.matching / this.pageSize));
    },
    ids() {
      return Object.keys(this.picked).map(Number);
    },
    count() {
      return this.all ? this.matching : this.ids.length;
    },
    pageState() {
      const here = this.rows.filter((row) => this.isPicked(row.id)).length;
      return !here ? "none" : here === this.rows.length ? "all" : "some";
    },
    banner() {
      if (!this.selectable || !(this.matching > this.rows.length)) return "";
      if (this.all) return this.fill(this.words.allSelected, { n: this.counted });
      return this.pageState === "all" ? this.fill(this.words.pageSelected, { n: this.number(this.rows.length) }) : "";
    },
    range() {
      if (!this.rows.length) return "";
      if (this.matching === null || (this.more && this.page < 0)) return this.page > 0 ? this.span((this.page - 1) * this.pageSize + 1) : "";
      const from = this.page > 0 ? (this.page - 1) * this.pageSize + 1 : this.matching - (-this.page - 1) * this.pageSize - this.rows.length + 1;
      return this.fill(this.words.range, { from: this.number(from), to: this.number(from + this.rows.length - 1), total: this.whole });
    },
    counted() {
      return this.more ? `${this.number(this.matching)}+` : this.number(this.matching);
    },
    whole() {
      return this.more ? this.fill(this.words.more, { n: this.number(this.matching) }) : this.number(this.matching);
    },
    // One cell that can be changed is in the order of Tab, as in a grid; arrows lead to the others.
    cellReached() {
      const places = this.rows.flatMap((row) => this.columns.filter((column) => this.cellOf(row, column).edit).map((column) => this.placeOf(row, column)));
      return places.includes(this.cellNow) ? this.cellNow : places[0];
    },
    groups() {
      const groups = [];
      for (const action of this.actions) {
        if (groups.at(-1)?.name !== action.group) groups.push({ name: action.group, actions: [] });
        groups.at(-1).actions.push(action);
      }
      return groups;
    },
  },
  methods: {
    fill(words, values) {
      return words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
    },
    number(n) {
      if (n === null) return "…";
      return n.toLocaleString(document.documentElement.lang || undefined);
    },
    // As long as nobody has counted them all.
    span(from) {
      return `${this.number(from)}–${this.number(from + this.rows.length - 1)}`;
    },
    cellOf(row, column) {
      const cell = row[column.name];
      return cell !== null && typeof cell === "object" ? cell : { text: cell ?? "" };
    },
    // The first column that has text carries the row's real link, on the phone the title does.
    linkOf(row, column) {
      const own = this.cellOf(row, column).href;
      if (own) return own;
      return row.href && (column.phone === "title" || column === this.columns[0]) ? row.href : null;
    },
    nameOf(row) {
      const column = this.columns.find((column) => column.phone === "title") || this.columns[0];
      return this.cellOf(row, column).text || String(row.id);
    },
    sorted(column) {
      if (!column.sortable) return null;
      return column.name === this.sort ? (this.descending ? "descending" : "ascending") : "none";
    },
    sortBy(column) {
      const again = column.name === this.sort;
      this.ask({ page: 1, sort: column.name, descending: again ? !this.descending : column.sortable === "down" });
    },
    turn(page) {
      this.ask({ page, sort: this.sort, descending: this.descending });
    },
    ask(request) {
      this.waiting = true;
      this.$emit("page", request);
    },
    isPicked(id) {
      return this.all || id in this.picked;
    },
    pick(event, id) {
      const on = event.target.checked;
      this.settleAll();
      const range = event.shiftKey && this.lastPicked !== null ? this.between(this.lastPicked, id) : [id];
      for (const each of range) on ? (this.picked[each] = true) : delete this.picked[each];
      this.lastPicked = id;
    },
    pickPage(on) {
      this.settleAll();
      for (const row of this.rows) on ? (this.picked[row.id] = true) : delete this.picked[row.id];
    },
    // Taking one row out of "all that match" leaves this page's other rows.
    settleAll() {
      if (!this.all) return;
      this.all = false;
      this.picked = Object.fromEntries(this.rows.map((row) => [row.id, true]));
    },
    between(one, other) {
      const ids = this.rows.map((row) => row.id);
      const [from, to] = [ids.indexOf(one), ids.indexOf(other)].sort((a, b) => a - b);
      return from < 0 ? [other] : ids.slice(from, to + 1);
    },
    setTotal(total, answer) {
      if (answer === this.answer) this.told = total;
    },
    clearSelection() {
      this.picked = {};
      this.all = false;
    },
    act(key) {
      this.closeMenu();
      this.acting = true;
      this.$emit("act", { key, ids: this.all ? [] : this.ids, all: this.all });
    },
    // Which row has the keyboard, or had it last.
    currentRow() {
      const focused = this.lines().findIndex((line) => line.contains(document.activeElement));
      return focused >= 0 ? focused : this.rows.findIndex((row) => row.id === this.current);
    },
    lines() {
      return [...this.$refs.box.querySelectorAll("tbody tr")];
    },
    move(step) {
      const to = Math.min(Math.max(this.currentRow() + step, 0), this.rows.length - 1);
      const line = this.lines()[to];
      this.current = this.rows[to]?.id;
      (line?.querySelector("a.cell-text") || line?.querySelector("input"))?.focus();
    },
    pickThis() {
      const row = this.rows[this.currentRow()];
      if (row) this.pick({ target: { checked: !this.isPicked(row.id) } }, row.id);
    },
    openMenu() {
      if (!this.count) this.pickThis();
      this.$nextTick(() => this.count && !this.acting && this.toggleMenu());
    },
    actOnAll(key) {
      if (!this.rows.length || this.acting) return;
      if (!this.count) this.all = true;
      this.act(key);
    },
    toggleMenu() {
      this.menu = !this.menu;
      if (this.menu) this.$nextTick(() => this.menuItems()[0]?.focus());
    },
    closeMenu() {
      this.menu = false;
      this.$refs.opener?.focus();
    },
    menuItems() {
      return [...(this.$refs.menu?.querySelectorAll("button") || [])];
    },
    menuKey(event) {
      if (!this.menu) return;
      const items = this.menuItems();
      const at = items.indexOf(document.activeElement);
      const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 }[event.key];
      if (to !== undefined) items[to].focus();
      else if (event.key === "Escape") this.closeMenu();
      else return;
      event.preventDefault();
    },
    menuLeft(event) {
      if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) this.menu = false;
    },
    pressed(event) {
      if (!this.$refs.menuBox?.contains(event.target)) this.menu = false;
    },
    follow(event, row) {
      if (event.target.closest("a, button, input, label") || String(getSelection())) return;
      if (!row.href) return;
      if (event.ctrlKey || event.metaKey) window.open(row.href);
      else location.assign(row.href);
    },
    followAside(event, row) {
      if (event.button === 1 && row.href && !event.target.closest("a")) window.open(row.href);
    },
    placeOf(row, column) {
      return `${row.id} ${column.name}`;
    },
    changeWords(row, column) {
      return this.fill(this.words.change, { column: column.label, row: this.nameOf(row) });
    },
    saveCell(row, column, { typed, seen }) {
      this.$emit("edit", { id: row.id, column: column.name, typed, seen });
    },
    cellAnswered(place, refusal) {
      this.cellAnswers[place] = { refusal };
    },
    cellKey(event) {
      const from = event.target.closest(".cell-button, a.cell-text");
      const line = from?.closest("tr");
      if (!line || !event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey || event.altKey) return;
      const cells = [...line.querySelectorAll(".cell-button")];
      const at = cells.indexOf(from);
      const other = { ArrowDown: line.nextElementSibling, ArrowUp: line.previousElementSibling }[event.key];
      const before = at > 0 ? cells[at - 1] : at === 0 ? line.querySelector("a.cell-text") : null;
      const to = other ? other.querySelectorAll(".cell-button")[at] : { ArrowRight: cells[at + 1], ArrowLeft: before }[event.key];
      if (!to) return;
      event.preventDefault();
      to.focus();
    },
    // Rows that nobody has seen slide in when they arrive by themselves, not when a page is turned.
    welcome() {
      const arrived = this.rows.filter((row) => !this.seen.has(row.id));
      for (const row of arrived) this.seen.add(row.id);
      if (!this.live || !arrived.length) return;
      for (const row of arrived) this.fresh[row.id] = true;
      setTimeout(() => arrived.forEach((row) => delete this.fresh[row.id]), TINTED_MS);
    },
    // A table wider than its panel scrolls by itself; otherwise its head sticks to the page.
    measure() {
      const table = this.$refs.box?.querySelector("table");
      if (table) this.scrolls = table.scrollWidth > this.$refs.box.clientWidth + 1;
    },
  },
};
