// Where everything on the map stands: outside hosts and nodes on the lab's network, pods inside their nodes. Pure; drawn by map-drawing.tsx.
// Wide enough, the network lies across with the nodes beside each other below it; else it hangs down at the left with all of them along it.
import type { LinkEnd, MapLink, MapPlace } from '../../labs/spec/map.ts'
import { fitText, wrapText } from './fit-text.ts'

export interface Point {
  x: number
  y: number
}
export type Tone = 'dim' | 'mid' | 'rewritten' | 'dead'
export interface Line {
  text: string
  tone: Tone
}
/** A place with what is written in its box. */
export interface MapItem {
  place: MapPlace
  /** it went a moment ago */
  gone: boolean
  name: string
  address: string
  lines: readonly Line[]
}

export interface MapBox {
  item: MapItem
  x: number
  y: number
  w: number
  h: number
  /** as fits; the whole is in the details */
  name: string
  /** where the address begins, or ends when it stands right of the name */
  address: Point & { end: boolean }
  lines: readonly (Line & Point)[]
  /** where its wire arrives */
  port: Point
  /** from the port of a pod, the inside of a node, to the network */
  way: readonly Point[]
}
export interface Wire {
  link: MapLink
  points: readonly Point[]
  /** where a name stands: of the interface, for wires of the network; of the bridge that a row of pods hangs on */
  label?: Point
}
export interface MapLayout {
  width: number
  height: number
  across: boolean
  /** the network's line, and where its name stands */
  lan?: { from: Point; to: Point; label: Point }
  boxes: MapBox[]
  wires: Wire[]
  /** inside nodes: from its wire to what the node itself is, and on to its pods' wires */
  trunks: { node: string; points: readonly Point[] }[]
}

const pad = 16
const gap = 18
const lineHeight = 15
const nameWidth = 7.3
const smallWidth = 6.95
const headHeight = 30
const outsideHeight = 48
/** from a node's edge to the line inside it, and on to its texts and pods */
const trunkAt = 16
const indent = 34
const right = 12
const wellGap = 10
const branchHeight = 24
const branchAt = 10
const wellHead = 42
const wellPortAt = 20

const textWidth = (text: string, each: number) => text.length * each
const isOutside = ({ place }: MapItem) => place.group !== 'node' && !(place.group === 'pod' && place.node)
const podsOf = (items: readonly MapItem[], node: MapItem) =>
  items.filter(({ place }) => place.group === 'pod' && place.node === node.place.place && !place.hostNetwork)
const wellWidth = ({ name, address }: MapItem) => Math.max(112, textWidth(name, nameWidth) + 22, textWidth(address, smallWidth) + 22)
const outsideWidth = ({ name, address }: MapItem) => Math.max(128, textWidth(name, nameWidth) + 26, textWidth(address, smallWidth) + 26)

interface NodePlan {
  node: MapItem
  pods: MapItem[]
}
interface Frame extends Point {
  w: number
}

/** Text below a heading, as many lines as it takes. */
function placeLines(lines: readonly Line[], x: number, y: number, width: number): (Line & Point)[] {
  const most = Math.max(8, Math.floor(width / smallWidth))
  const pieces = lines.flatMap(({ text, tone }) => wrapText(text, most).map((piece) => ({ text: piece, tone })))
  return pieces.map((piece, n) => ({ ...piece, x, y: y + n * lineHeight }))
}

function well(pod: MapItem, { x, y, w }: Frame): Omit<MapBox, 'way'> {
  const lines = placeLines(pod.lines, x + 10, y + wellHead + 9, w - 18)
  return {
    item: pod,
    x,
    y,
    w,
    h: wellHead + lines.length * lineHeight + (lines.length ? 4 : 0),
    name: fitText(pod.name, Math.floor((w - 20) / nameWidth)),
    address: { x: x + 10, y: y + 34, end: false },
    lines,
    port: { x: x + wellPortAt, y },
  }
}

interface PlacedNode {
  boxes: MapBox[]
  trunk: Point[]
}

/** A node with its pods in rows; `edge` is where its wire arrives, `lan` where that begins. */
function placeNode({ node, pods }: NodePlan, { x, y, w }: Frame, edge: Point, lan: Point): PlacedNode {
  const trunkX = x + trunkAt
  const core = { x: trunkX, y: y + 22 }
  const inside = w - indent - right
  const isBeside = textWidth(node.name, nameWidth) + textWidth(node.address, smallWidth) + 14 <= inside
  const head = headHeight + (isBeside ? 0 : lineHeight)
  const lines = placeLines(node.lines, x + indent, y + head + 13, inside)
  const toLan = [core, edge, lan]
  let rowY = y + head + lines.length * lineHeight + (lines.length ? 9 : 4)
  const widest = Math.min(inside, Math.max(0, ...pods.map(wellWidth)))
  const columns = Math.max(1, Math.floor((inside + wellGap) / (widest + wellGap)))
  const wellW = (inside - wellGap * (columns - 1)) / columns
  const boxes: MapBox[] = []
  let trunkEnd = core.y
  for (let at = 0; at < pods.length; at += columns) {
    const branchY = rowY + branchAt
    const row = pods
      .slice(at, at + columns)
      .map((pod, n) => well(pod, { x: x + indent + n * (wellW + wellGap), y: rowY + branchHeight, w: Math.min(wellW, widest + 40) }))
    const height = Math.max(...row.map(({ h }) => h))
    for (const box of row)
      boxes.push({ ...box, h: height, way: [box.port, { x: box.port.x, y: branchY }, { x: trunkX, y: branchY }, ...toLan] })
    trunkEnd = branchY
    rowY += branchHeight + height + 6
  }
  const own: MapBox = {
    item: node,
    x,
    y,
    w,
    h: rowY + 6 - y,
    name: fitText(node.name, Math.floor(inside / nameWidth)),
    address: isBeside ? { x: x + w - right, y: y + 26, end: true } : { x: x + indent, y: y + 41, end: false },
    lines,
    port: edge,
    way: toLan,
  }
  return { boxes: [own, ...boxes], trunk: [edge, core, ...(pods.length > 0 ? [{ x: trunkX, y: trunkEnd }] : [])] }
}

function placeOutside(item: MapItem, { x, y, w }: Frame, port: Point, lan: Point): MapBox {
  const lines = placeLines(item.lines, x + 12, y + outsideHeight + 7, w - 22)
  return {
    item,
    x,
    y,
    w,
    h: outsideHeight + (lines.length ? lines.length * lineHeight + 2 : 0),
    name: fitText(item.name, Math.floor((w - 24) / nameWidth)),
    address: { x: x + 12, y: y + 36, end: false },
    lines,
    port,
    way: [port, lan],
  }
}

type Placed = Pick<MapLayout, 'boxes' | 'trunks' | 'height'> & { lan: NonNullable<MapLayout['lan']> }

function layAcross(outside: MapItem[], nodes: NodePlan[], width: number): Placed {
  const hostTop = pad
  const widths = outside.map(outsideWidth)
  const above: MapBox[] = []
  let x = pad
  outside.forEach((item, n) => {
    const w = widths[n] as number
    above.push(placeOutside(item, { x, y: hostTop, w }, { x: x + 20, y: hostTop }, { x: x + 20, y: hostTop }))
    x += w + gap
  })
  const hostHeight = Math.max(0, ...above.map(({ h }) => h))
  const lanY = hostTop + hostHeight + (outside.length ? 34 : 18)
  const hung = above.map((box): MapBox => {
    const port = { x: box.port.x, y: hostTop + hostHeight }
    return { ...box, h: hostHeight, port, way: [port, { x: port.x, y: lanY }] }
  })
  const w = (width - 2 * pad - gap * (nodes.length - 1)) / nodes.length
  const top = lanY + 44
  const placed = nodes.map((plan, n) => {
    const left = pad + n * (w + gap)
    return placeNode(plan, { x: left, y: top, w }, { x: left + trunkAt, y: top }, { x: left + trunkAt, y: lanY })
  })
  const height = Math.max(...placed.map(({ boxes }) => boxes[0]?.h ?? 0))
  for (const { boxes } of placed) if (boxes[0]) boxes[0].h = height
  return {
    boxes: [...hung, ...placed.flatMap(({ boxes }) => boxes)],
    trunks: placed.map(({ trunk }, n) => ({ node: nodes[n]?.node.place.place as string, points: trunk })),
    height: top + height + pad,
    lan: { from: { x: pad, y: lanY }, to: { x: width - pad, y: lanY }, label: { x: width - pad, y: lanY - 8 } },
  }
}

const downLanX = 22
const downLeft = 66

function layDown(outside: MapItem[], nodes: NodePlan[], width: number): Placed {
  const w = width - downLeft - pad
  const boxes: MapBox[] = []
  const trunks: MapLayout['trunks'] = []
  let y = 34
  let last = y
  const ends = () => ({ port: { x: downLeft, y: y + 22 }, lan: { x: downLanX, y: y + 22 } })
  for (const item of outside) {
    const { port, lan } = ends()
    const box = placeOutside(item, { x: downLeft, y, w: Math.min(w, Math.max(200, outsideWidth(item))) }, port, lan)
    boxes.push(box)
    last = lan.y
    y += box.h + gap - 4
  }
  for (const plan of nodes) {
    const { port, lan } = ends()
    const placed = placeNode(plan, { x: downLeft, y, w }, port, lan)
    boxes.push(...placed.boxes)
    trunks.push({ node: plan.node.place.place, points: placed.trunk })
    last = lan.y
    y += (placed.boxes[0]?.h ?? 0) + gap - 4
  }
  return {
    boxes,
    trunks,
    height: y + 2,
    lan: { from: { x: downLanX, y: 24 }, to: { x: downLanX, y: last + 14 }, label: { x: pad, y: 15 } },
  }
}

const sameEnd = (a: LinkEnd | undefined, b: LinkEnd | undefined) => a?.place === b?.place && a?.interface === b?.interface

/** A wire to the network is as long as the box's own piece of way; a pod's ends at its node's trunk. */
function wiresOf(links: readonly MapLink[], boxes: readonly MapBox[], across: boolean): Wire[] {
  const drawn: MapLink[] = []
  return links.flatMap((link): Wire[] => {
    const box = boxes.find(({ item }) => item.place.place === link.from.place)
    // a second wire of the same place would be drawn over the first
    if (!box || drawn.some(({ from }) => from.place === link.from.place && !sameEnd(from, link.from))) return []
    drawn.push(link)
    if (link.to) {
      const points = box.way.slice(0, 3)
      const [port, , trunk] = points as [Point, Point, Point]
      const isFirst = port.x - trunk.x < indent + wellPortAt
      return [{ link, points, ...(isFirst ? { label: { x: trunk.x + 5, y: trunk.y - 4 } } : {}) }]
    }
    const points = box.way.slice(-2)
    const [port, lan] = points as [Point, Point]
    const label = across ? { x: port.x + 12, y: Math.max(port.y, lan.y) - 10 } : { x: lan.x + 6, y: port.y - 6 }
    return [{ link, points, label }]
  })
}

export function layOut(items: readonly MapItem[], links: readonly MapLink[], width: number): MapLayout {
  const outside = items.filter(isOutside)
  const nodes = items.filter(({ place }) => place.group === 'node').map((node) => ({ node, pods: podsOf(items, node) }))
  const needed = nodes.map(({ node, pods }) => {
    const head = textWidth(node.name, nameWidth) + textWidth(node.address, smallWidth) + 14
    return Math.min(300, Math.max(head, ...pods.map(wellWidth)) + indent + right)
  })
  const nodesWidth = nodes.length * Math.max(210, ...needed) + gap * (nodes.length - 1)
  const outsideTotal = outside.map(outsideWidth).reduce((sum, w) => sum + w + gap, -gap)
  const across = nodes.length > 0 && Math.max(nodesWidth, outsideTotal) <= width - 2 * pad
  const placed = across ? layAcross(outside, nodes, width) : layDown(outside, nodes, width)
  return { width, across, ...placed, wires: wiresOf(links, placed.boxes, across) }
}

/** The way of a packet from one place to another along the wires; empty where one of them is not on the map. */
export function wayBetween({ boxes }: MapLayout, from: string, to: string): Point[] {
  const wayOf = (place: string) => boxes.find(({ item }) => item.place.place === place)?.way
  const [out, back] = [wayOf(from), wayOf(to)]
  if (!out || !back || from === to) return []
  const same = (a: Point, b: Point) => a.x === b.x && a.y === b.y
  const meet = out.findIndex((point) => back.some((other) => same(point, other)))
  if (meet < 0) return [...out, ...back.toReversed()]
  const at = back.findIndex((other) => same(out[meet] as Point, other))
  return [...out.slice(0, meet + 1), ...back.slice(0, at).toReversed()]
}
