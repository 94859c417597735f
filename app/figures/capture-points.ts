// Where to listen for a packet that is lost between two Pods: what each capture shows, which places stay suspect, and how few captures are enough. Pure.

/** The points a request passes, in its order; the reply passes them the other way round. */
export const capturePoints = ['client', 'worker-link', 'worker-eth0', 'worker2-eth0', 'worker2-link', 'cart'] as const
export type Point = number

/** Lost between point `gap` and the next one, on the way of the request or of the reply. */
export interface Loss {
  way: 'there' | 'back'
  gap: number
}
export interface Capture {
  request: boolean
  reply: boolean
}
export interface Heard {
  point: Point
  saw: Capture
}

const gaps = capturePoints.length - 1
export const losses: readonly Loss[] = (['there', 'back'] as const).flatMap((way) =>
  Array.from({ length: gaps }, (_, gap) => ({ way, gap })),
)

/** What a capture at a point shows: what was sent on, whatever becomes of it further on. */
export const capture = (point: Point, loss: Loss): Capture =>
  loss.way === 'there' ? { request: point <= loss.gap, reply: false } : { request: true, reply: point > loss.gap }

/** The losses that explain everything that was heard. */
export const suspects = (heard: readonly Heard[]): Loss[] =>
  losses.filter((loss) =>
    heard.every(({ point, saw }) => {
      const would = capture(point, loss)
      return would.request === saw.request && would.reply === saw.reply
    }),
  )

/** The groups into which a capture at a point divides suspects, one for each thing it can show. */
function divided(among: readonly Loss[], point: Point): Loss[][] {
  const groups = new Map<string, Loss[]>()
  for (const loss of among) {
    const key = JSON.stringify(capture(point, loss))
    groups.set(key, [...(groups.get(key) ?? []), loss])
  }
  return [...groups.values()]
}

/** How many captures find the loss, whichever it is, when each is chosen well. */
export function enough(among: readonly Loss[]): number {
  if (among.length <= 1) return 0
  const costs = capturePoints.map((_, point) => {
    const groups = divided(among, point)
    return groups.length === 1 ? Number.POSITIVE_INFINITY : 1 + Math.max(...groups.map(enough))
  })
  return Math.min(...costs)
}
