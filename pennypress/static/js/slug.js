// The address of a page or a person in the newsroom's forms: made from the title as it is typed, in
// any script. Wagtail's own keeps letters and digits alone, and takes vowel signs away.
(() => {
  "use strict";

  const LENGTH = 255;

  /** The slug for a text; the same as `make_slug` in foundation/slugs.py. */
  function makeSlug(text) {
    return text
      .normalize("NFC")
      .toLowerCase()
      .normalize("NFC")
      .replace(/[\s\-\u2010-\u2015\u2212\uff0d/\u0f0b\u0f0c\u1361]+/gu, "-")
      .replace(/\p{Default_Ignorable_Code_Point}|[^\p{L}\p{M}\p{N}_-]/gu, "")
      .replace(/-{2,}/g, "-")
      .replace(/^[-_]+|[-_]+$/g, "")
      .slice(0, LENGTH);
  }

  class SlugController extends window.StimulusModule.Controller {
    /** When the field is left. */
    tidy() {
      this.element.value = makeSlug(this.element.value);
    }

    /** Before the title changes: what is no longer the title's own slug is left alone. */
    compare(event) {
      const slug = this.element.value;
      if (slug && slug !== makeSlug(event.detail?.value ?? "")) event.preventDefault();
    }

    /** The title changed. */
    take(event) {
      this.element.value = makeSlug(event.detail?.value ?? "");
    }
  }

  window.wagtail.app.register("any-script-slug", SlugController);
})();
