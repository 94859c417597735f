// What each language calls itself: shown on pages of the others.
import type { Locale } from '../../labs/spec/names.ts'

export const languageNames: Record<Locale, string> = { en: 'English', 'zh-CN': '中文' }
