'use client'
// Cycles system → light → dark and remembers it. In the top bar of every page.
import { useLayoutEffect, useSyncExternalStore } from 'react'
import { useTexts } from '../texts/locale-context.tsx'
import { Icon } from './sprite.tsx'
import { themeKey } from './theme-script.ts'

type Choice = 'system' | 'light' | 'dark'
const next: Record<Choice, Choice> = { system: 'light', light: 'dark', dark: 'system' }

function readChoice(): Choice {
  try {
    const stored = localStorage.getItem(themeKey)
    return stored === 'light' || stored === 'dark' ? stored : 'system'
  } catch {
    return 'system' // storage is switched off: follow the system
  }
}

const systemTheme = () => matchMedia('(prefers-color-scheme: dark)')

function subscribe(listener: () => void): () => void {
  addEventListener('podwire-theme', listener)
  addEventListener('storage', listener)
  return () => {
    removeEventListener('podwire-theme', listener)
    removeEventListener('storage', listener)
  }
}

/** Follows the choice, other tabs and the system. Sets the theme itself too: pages made in the browser (errors) have not run the script. */
function useTheme(choice: Choice): void {
  useLayoutEffect(() => {
    const system = systemTheme()
    const apply = () => {
      document.documentElement.dataset.theme = choice === 'system' ? (system.matches ? 'dark' : 'light') : choice
    }
    apply()
    system.addEventListener('change', apply)
    return () => system.removeEventListener('change', apply)
  }, [choice])
}

export function ThemeToggle() {
  const texts = useTexts()
  const choice = useSyncExternalStore(subscribe, readChoice, (): Choice => 'system')
  useTheme(choice)
  const choose = () => {
    const chosen = next[choice]
    try {
      if (chosen === 'system') localStorage.removeItem(themeKey)
      else localStorage.setItem(themeKey, chosen)
    } catch {
      // storage is switched off: the choice holds until the page is left
      if (chosen !== 'system') document.documentElement.dataset.theme = chosen
      return
    }
    dispatchEvent(new Event('podwire-theme'))
  }
  return (
    <button type="button" className="btn quiet sm theme" aria-label={texts.theme[choice]} title={texts.theme[choice]} onClick={choose}>
      <Icon name="half" />
    </button>
  )
}
