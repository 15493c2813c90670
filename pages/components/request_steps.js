// How far a request has come: what is done, what is next.
export default {
  template: `
    <ol class="steps" :aria-label="label">
      <li v-for="step in steps" :key="step.label" :class="step.state" :aria-current="step.state === 'now' ? 'step' : null">
        <span class="mark" aria-hidden="true">{{ step.state === 'done' ? '✓' : '' }}</span>
        <span class="step-words"><b>{{ step.label }}</b><span class="muted small">{{ step.note }}</span></span><span class="seen-not">{{ step.spoken }}</span>
      </li>
    </ol>`,
  props: { steps: Array, label: String },
};
