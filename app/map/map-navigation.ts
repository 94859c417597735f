// Which place an arrow key leads to: the nearest that lies that way. Pure; used by map-drawing.tsx.
import type { MapBox, Point } from './map-layout.ts'

const ways: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}

/** Where a box is for the keyboard: a node at its heading, for its pods lie within it. */
const middle = ({ x, y, w }: MapBox): Point => ({ x: x + w / 2, y: y + 18 })
const isPod = ({ item: { place } }: MapBox) => place.group === 'pod' && place.node !== undefined

/** How far aside a place lies counts more than how far away. */
const asideWeight = 2.5

/** The index of the next box; the same when none lies that way. Boxes are in reading order. */
export function nextBox(boxes: readonly MapBox[], at: number, key: string): number {
  const way = ways[key]
  const here = boxes[at]
  if (key === 'Home') return 0
  if (key === 'End') return boxes.length - 1
  if (!way || !here) return at
  const from = middle(here)
  let best = at
  let least = Number.POSITIVE_INFINITY
  boxes.forEach((box, n) => {
    const to = middle(box)
    const along = (to.x - from.x) * way.x + (to.y - from.y) * way.y
    // sideways a pod is beside pods, a machine beside machines, and what is rather above or below is not beside
    if (n === at || along < 4 || (way.x !== 0 && (isPod(box) !== isPod(here) || Math.abs(to.y - from.y) > along))) return
    // upwards and downwards a column is kept to: a pod belongs to its node
    const isOwn =
      way.y !== 0 &&
      ((isPod(here) && box.item.place.place === here.item.place.node) || (isPod(box) && box.item.place.node === here.item.place.place))
    const aside = isOwn ? 0 : Math.abs((to.x - from.x) * way.y) + Math.abs((to.y - from.y) * way.x)
    const far = along + asideWeight * aside
    if (far < least) {
      least = far
      best = n
    }
  })
  return best
}
