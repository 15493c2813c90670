// What happened month by month: bars to look at, each a link to what is behind it, and the same as a table.
export default {
  template: `
    <figure class="months">
      <ol class="month-bars" :aria-label="label">
        <li v-for="month in months" :key="month.title">
          <component :is="month.href ? 'a' : 'span'" :href="month.href || null" :title="words(month)"><span class="seen-not">{{ words(month) }}</span>
            <span class="month-space" aria-hidden="true"><span class="month-bar" :style="{ height: month.share * 100 + '%' }"></span></span>
            <span class="month-name" aria-hidden="true">{{ month.name }}</span>
          </component>
        </li>
      </ol>
      <details class="small"><summary>{{ asTable }}</summary>
        <table class="simple" :aria-label="label"><thead><tr><th v-for="(head, i) in heads" :key="i" scope="col" :class="{ num: i }">{{ head }}</th></tr></thead>
          <tbody><tr v-for="month in [...months].reverse()" :key="month.title"><td>{{ month.title }}</td><td class="num">{{ month.count }}</td><td class="num">{{ month.value }}</td></tr></tbody></table>
      </details>
    </figure>`,
  props: { label: String, asTable: String, heads: Array, months: Array },
  methods: {
    words(month) {
      return `${month.title}: ${month.told}`;
    },
  },
};
