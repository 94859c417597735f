import { expect, test } from 'vitest'
import { canonicalQuantity, quantityValue, sumQuantities } from './quantities.ts'

test('quantities are compared and added across their units', () => {
  expect(quantityValue('1500m')).toBe(quantityValue('1.5'))
  expect(quantityValue('1Gi') > quantityValue('1G')).toBe(true)
  expect(sumQuantities([{ cpu: '500m', memory: '64Mi' }, { cpu: '1' }, { memory: '64Mi' }])).toEqual({ cpu: '1500m', memory: '128Mi' })
  expect(canonicalQuantity('0.5')).toBe('500m')
  expect(canonicalQuantity('1024Ki')).toBe('1Mi')
  expect(canonicalQuantity('1XB')).toBeUndefined()
})
