// What is left to do after set-up, each a link.
export default {
  template: `
    <section class="panel pad checklist" :aria-label="title">
      <h2>{{ title }}</h2>
      <ol><li v-for="step in steps" :key="step.text" :class="{ done: step.done }">
        <span class="tick" :class="step.done ? 'yes' : 'no'" aria-hidden="true">{{ step.done ? '✓' : '○' }}</span>
        <a :href="step.href">{{ step.text }}</a><span v-if="step.done" class="seen-not">{{ done }}</span>
      </li></ol>
    </section>`,
  props: { title: String, done: String, steps: Array },
};
