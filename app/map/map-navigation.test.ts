import { expect, test } from 'vitest'
import { en } from '../texts/en.ts'
import { mapItems } from './map-items.ts'
import { layOut } from './map-layout.ts'
import { nextBox } from './map-navigation.ts'
import { recordedMap } from './recorded-map.ts'

const map = recordedMap()
const across = layOut(mapItems(map, [], undefined, en), map.links, 1200).boxes
const down = layOut(mapItems(map, [], undefined, en), map.links, 374).boxes

const from = (boxes: typeof across, place: string, ...keys: string[]) => {
  let at = boxes.findIndex(({ item }) => item.place.place === place)
  for (const key of keys) at = nextBox(boxes, at, key)
  return boxes[at]?.item.place.place
}

test('beside each other', () => {
  expect(from(across, 'node/worker', 'ArrowRight')).toBe('node/worker2')
  expect(from(across, 'node/worker2', 'ArrowLeft')).toBe('node/worker')
  expect(from(across, 'pod/client', 'ArrowRight')).toBe('pod/web')
})

test('down into a node, and up out of it again', () => {
  expect(from(across, 'node/worker2', 'ArrowDown')).toBe('pod/web')
  expect(from(across, 'pod/web', 'ArrowUp')).toBe('node/worker2')
  expect(from(across, 'node/worker', 'ArrowUp')).toMatch(/laptop|host\/partner/)
})

test.each([
  ['across', across],
  ['down', down],
])('%s: every place can be reached from the first with arrow keys', (_, boxes) => {
  const reached = new Set([0])
  for (const at of reached) for (const key of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']) reached.add(nextBox(boxes, at, key))
  expect(reached.size).toBe(boxes.length)
})

test('below each other, whatever their width', () => {
  expect(from(down, 'laptop', 'ArrowDown')).toBe('host/partner')
  expect(from(down, 'host/partner', 'ArrowDown')).toBe('node/worker')
  expect(from(down, 'node/worker', 'ArrowDown')).toBe('pod/client')
  expect(from(down, 'pod/client', 'ArrowDown')).toBe('node/worker2')
})

test('the ends, and where nothing lies', () => {
  expect(from(down, 'pod/client', 'Home')).toBe(down[0]?.item.place.place)
  expect(from(down, 'pod/client', 'End')).toBe(down.at(-1)?.item.place.place)
  expect(from(across, 'pod/client', 'ArrowLeft')).toBe('pod/client')
})
