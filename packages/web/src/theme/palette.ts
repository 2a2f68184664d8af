export type Theme = 'light' | 'dark';

/** The colours that Ant Design's components are given, the same as the custom properties in base.css. */
export interface Palette {
  canvas: string;
  surface: string;
  'surface-raised': string;
  border: string;
  text: string;
  'text-secondary': string;
  'text-tertiary': string;
  accent: string;
  link: string;
  good: string;
  'good-soft': string;
  busy: string;
  'busy-soft': string;
  warning: string;
  'warning-soft': string;
  bad: string;
  'bad-soft': string;
}

export const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    canvas: '#f5f7f8',
    surface: '#ffffff',
    'surface-raised': '#ffffff',
    border: '#d9e0e3',
    text: '#16242a',
    'text-secondary': '#47585f',
    'text-tertiary': '#596a71',
    accent: '#0b6a75',
    link: '#0b6a75',
    good: '#1a7240',
    warning: '#8a5300',
    bad: '#b3261e',
    'good-soft': '#e1f3e8',
    busy: '#1d5fb4',
    'busy-soft': '#e3edf9',
    'warning-soft': '#fdf0d8',
    'bad-soft': '#fbe7e5',
  },
  dark: {
    canvas: '#0f1719',
    surface: '#162023',
    'surface-raised': '#1c282c',
    border: '#2a3a3f',
    text: '#e6eef0',
    'text-secondary': '#b2c1c6',
    'text-tertiary': '#92a4aa',
    accent: '#1b7f8b',
    link: '#6fcbd5',
    good: '#6fd598',
    warning: '#f0bd66',
    bad: '#ff9c93',
    'good-soft': '#14331f',
    busy: '#86b6f5',
    'busy-soft': '#16294a',
    'warning-soft': '#3a2a0c',
    'bad-soft': '#451c19',
  },
};
