import { describe, expect, test } from 'vitest'
import { en } from '../texts/en.ts'
import { mapItems } from './map-items.ts'
import { layOut, type MapBox, type MapLayout, wayBetween } from './map-layout.ts'
import { machine, pod, recordedMap } from './recorded-map.ts'

const map = recordedMap()
const items = mapItems(map, [], undefined, en)
const boxOf = (layout: MapLayout, place: string) => layout.boxes.find(({ item }) => item.place.place === place) as MapBox
const overlap = (a: MapBox, b: MapBox) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
const holds = (a: MapBox, b: MapBox) => a.x <= b.x && a.y <= b.y && a.x + a.w >= b.x + b.w && a.y + a.h >= b.y + b.h

/** Forty pods with long names on one node, so that rows are needed. */
const crowded = recordedMap({
  places: [
    ...map.places,
    ...Array.from({ length: 40 }, (_, n) => pod(`a-rather-long-deployment-name-7b8c9bdfbb-${n}`, 'worker', `10.244.1.${n + 9}`)),
  ],
})

describe.each([
  ['three nodes wide', 1200, map],
  ['a pane', 500, map],
  ['a phone', 374, map],
  ['many pods, wide', 1200, crowded],
  ['many pods on a phone', 374, crowded],
])('%s', (_, width, given) => {
  const layout = layOut(mapItems(given, [], undefined, en), given.links, width)

  test('every place has its box, within the drawing', () => {
    expect(layout.boxes.map(({ item }) => item.place.place).sort()).toEqual(given.places.map(({ place }) => place).sort())
    for (const { x, y, w, h } of layout.boxes) {
      expect(x).toBeGreaterThanOrEqual(0)
      expect(x + w).toBeLessThanOrEqual(width)
      expect(y + h).toBeLessThanOrEqual(layout.height)
    }
  })

  test('pods lie inside their nodes, and nothing lies on anything else', () => {
    for (const a of layout.boxes)
      for (const b of layout.boxes) {
        if (a === b) continue
        if (b.item.place.node === a.item.place.place) expect(holds(a, b), `${b.item.name} in ${a.item.name}`).toBe(true)
        else if (a.item.place.node !== b.item.place.place) expect(overlap(a, b), `${a.item.name} on ${b.item.name}`).toBe(false)
      }
  })

  test('every link has its wire, and a wire of the network ends on it', () => {
    expect(layout.wires).toHaveLength(given.links.length)
    for (const { link, points } of layout.wires) {
      if (link.to) continue
      const end = points.at(-1)
      expect(layout.across ? end?.y : end?.x).toBe(layout.across ? layout.lan?.from.y : layout.lan?.from.x)
    }
  })
})

test('the network lies across where there is room for it', () => {
  expect(layOut(items, map.links, 1200).across).toBe(true)
  expect(layOut(items, map.links, 374).across).toBe(false)
})

test('a place without a wire is drawn without one', () => {
  const layout = layOut(items, map.links.slice(1), 600)
  expect(layout.wires.some(({ link }) => link.from.place === 'laptop')).toBe(false)
  expect(boxOf(layout, 'laptop')).toBeDefined()
})

test('a way leads along wires: to another node over the network, to a pod of the same node inside it', () => {
  const layout = layOut(items, map.links, 374)
  const core = (place: string) => boxOf(layout, place).way[0]
  const overLan = wayBetween(layout, 'node/worker', 'node/worker2')
  expect([overLan[0], overLan.at(-1)]).toEqual([core('node/worker'), core('node/worker2')])
  expect(overLan.filter(({ x }) => x === layout.lan?.from.x)).toHaveLength(2)
  const inside = wayBetween(layout, 'pod/web', 'pod/shop:cart')
  expect([inside[0], inside.at(-1)]).toEqual([boxOf(layout, 'pod/web').port, boxOf(layout, 'pod/shop:cart').port])
  expect(inside.some(({ x }) => x === layout.lan?.from.x)).toBe(false)
  expect(wayBetween(layout, 'pod/web', 'node/worker2').at(-1)).toEqual(core('node/worker2'))
  expect(wayBetween(layout, 'pod/web', 'pod/nobody')).toEqual([])
})

test('a lab without nodes can be drawn', () => {
  const alone = recordedMap({ places: [machine('laptop', '172.18.0.50')], links: [] })
  expect(layOut(mapItems(alone, [], undefined, en), [], 600).boxes).toHaveLength(1)
})
