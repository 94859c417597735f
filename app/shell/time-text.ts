// Durations and clock times as the interface writes them. Used by lab pane, debrief and home.

/** 75 000 → `01:15`, an hour and more → `1:02:03`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return minutes >= 60 ? `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`
}

/** 8 412 → `8.4`; below a second two digits. */
export const formatSeconds = (ms: number): string => (ms / 1000).toFixed(ms < 1000 ? 2 : 1)

/** `12:35`, in the reader's time zone. */
export const formatClock = (at: number, locale: string): string =>
  new Date(at).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** `22 Nov`, `11月22日`. */
export const formatDate = (at: number, locale: string): string =>
  new Date(at).toLocaleDateString(locale === 'en' ? 'en-GB' : locale, { day: 'numeric', month: 'short' })

/** `22 Nov, 12:50`, `11月22日 12:50`. */
export const formatDay = (at: number, locale: string): string =>
  `${formatDate(at, locale)}${locale === 'en' ? ', ' : ' '}${formatClock(at, locale)}`

/** `12:41:07`. */
export const formatSecond = (at: number, locale: string): string =>
  new Date(at).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
