// The buyer's header: logo, search, sign-in, and a slot for the cart button.
export default {
  template: `
    <header class="bar of-shop">
      <a class="logo" href="/" :aria-label="name + ', ' + words.home">
        <img v-if="logo" :src="logo" alt=""><span v-else>{{ brand[0] }}<b>.</b>{{ brand[1] }}</span>
      </a>
      <form class="search" role="search" action="/" method="get">
        <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" aria-hidden="true"><circle cx="11" cy="11" r="7"/><path d="m20 20-4-4"/></svg>
        <input class="input" type="search" name="q" maxlength="100" :value="search" :placeholder="words.search" :aria-label="words.search" autocomplete="off">
      </form>
      <span class="grow"></span>
      <a class="bar-link to-quick-order" href="/quick-order">{{ words.quickOrder }}</a>
      <a v-if="signedInAs" class="bar-link" href="/account" :title="signedInAs">{{ words.requests }}</a>
      <a v-else class="bar-link" href="/sign-in">{{ words.signIn }}</a>
      <slot></slot>
    </header>`,
  props: { name: String, brand: Array, logo: String, search: String, signedInAs: String, words: Object },
};
