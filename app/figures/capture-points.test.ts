import { describe, expect, it } from 'vitest'
import { capture, capturePoints, enough, type Loss, losses, suspects } from './capture-points.ts'

const hear = (loss: Loss, ...points: number[]) => points.map((point) => ({ point, saw: capture(point, loss) }))

describe('capture', () => {
  it('shows a request up to where it is lost, and no reply', () => {
    const seen = capturePoints.map((_, point) => capture(point, { way: 'there', gap: 2 }))
    expect(seen.map((s) => s.request)).toEqual([true, true, true, false, false, false])
    expect(seen.some((s) => s.reply)).toBe(false)
  })
  it('shows every request and the reply up to where that is lost', () => {
    const seen = capturePoints.map((_, point) => capture(point, { way: 'back', gap: 1 }))
    expect(seen.every((s) => s.request)).toBe(true)
    expect(seen.map((s) => s.reply)).toEqual([false, false, true, true, true, true])
  })
})

describe('suspects', () => {
  it('are all while nobody listened', () => expect(suspects([])).toEqual(losses))
  it('stay all when the client itself is listened to: it sends, and gets nothing, whatever is wrong', () => {
    expect(losses.every((loss) => suspects(hear(loss, 0)).length === losses.length)).toBe(true)
  })
  it('always hold the guilty one, and only it once every point was listened to', () => {
    for (const loss of losses) {
      expect(suspects(hear(loss, 3))).toContainEqual(loss)
      expect(suspects(hear(loss, 0, 1, 2, 3, 4, 5))).toEqual([loss])
    }
  })
})

describe('enough', () => {
  it('is none for one suspect, and three for all ten: a capture has three outcomes, but none of them splits evenly', () => {
    expect(enough([losses[0] as Loss])).toBe(0)
    expect(enough(losses)).toBe(3)
  })
  it('is never more than asking every point', () => expect(enough(losses)).toBeLessThan(capturePoints.length))
})
