// One quiet line over what is not written in the page's language, and is therefore English. On lessons and lab pages.
import type { Locale } from '../../labs/spec/names.ts'
import { textsOf } from '../texts/texts.ts'

export function Untranslated({ what, wanted, found }: { what: 'lesson' | 'lab'; wanted: Locale; found: Locale }) {
  if (wanted === found) return null
  return (
    <p className="untranslated" lang={wanted}>
      {textsOf(wanted).untranslated[what]}
    </p>
  )
}
