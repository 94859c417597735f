// Which place an arrow key leads to: the nearest that lies that way. Pure; used by map-drawing.tsx.
import type { MapBox, Point } from './map-layout.ts'

const ways: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}

/** Where a box is for the keyboard: at its heading, for a node's pods lie within it, and boxes that stand below each other differ in width. */
const heading = ({ x, y, w }: MapBox): Point => ({ x: x + Math.min(w / 2, 60), y: y + 18 })
const isPod = ({ item: { place } }: MapBox) => place.group === 'pod' && place.node !== undefined

/** How far aside a place lies counts more than how far away. */
const asideWeight = 2.5
const ownWeight = 0.1
/** Boxes of one row differ by no more than a few lines of text. */
const rowHeight = 40

/** Sideways a pod is beside pods, a machine beside machines. Upwards and downwards a node's pods are reached through the node. */
function isNeighbour(here: MapBox, box: MapBox, way: Point, down: number): boolean {
  if (way.x !== 0) return isPod(here) === isPod(box) && Math.abs(down) < rowHeight
  if (!isPod(box)) return true
  const node = isPod(here) ? here.item.place.node : here.item.place.place
  return box.item.place.node === node
}

/** The index of the next box; the same when none lies that way. Boxes are in reading order. */
export function nextBox(boxes: readonly MapBox[], at: number, key: string): number {
  const way = ways[key]
  const here = boxes[at]
  if (key === 'Home') return 0
  if (key === 'End') return boxes.length - 1
  if (!way || !here) return at
  const from = heading(here)
  let best = at
  let least = Number.POSITIVE_INFINITY
  boxes.forEach((box, n) => {
    const [right, down] = [heading(box).x - from.x, heading(box).y - from.y]
    const along = right * way.x + down * way.y
    if (n === at || along < 4 || !isNeighbour(here, box, way, down)) return
    // into a node and out of it again, wherever in it the pod stands
    const isOwn = box.item.place.place === here.item.place.node || (isPod(box) && box.item.place.node === here.item.place.place)
    const far = along + (isOwn ? ownWeight : asideWeight) * Math.abs(way.x === 0 ? right : down)
    if (far < least) {
      least = far
      best = n
    }
  })
  return best
}
