'use client'
// What a reader has set in a figure: a value, and how one part of it changes.
import { useState } from 'react'

export function useSettings<T extends object>(start: T): [settings: T, change: (part: Partial<T>) => void] {
  const [settings, setSettings] = useState(start)
  return [settings, (part) => setSettings({ ...settings, ...part })]
}
