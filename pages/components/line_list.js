// The lines of a request, to be read.
export default {
  template: `
    <ul class="line-list" :aria-label="label">
      <li v-for="line in lines" :key="line.key">
        <div class="what"><span class="strong">{{ line.name }}</span><span class="muted small"><span class="mono">{{ line.sku }}</span> · {{ line.quantity }}<template v-if="line.price"> × {{ line.price }}</template></span></div>
        <b v-if="line.total">{{ line.total }}</b>
      </li>
    </ul>`,
  props: { lines: Array, label: String },
};
