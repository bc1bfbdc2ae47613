/** Languages by the names that fences give them: what is loaded when the first of them is shown. */
import type { LineReader } from '../line-reader.js';
import * as compiled from './compiled.js';
import * as data from './data.js';
import { createReader } from './grammar.js';
import type { Grammar } from './grammar.js';
import * as script from './script.js';
import * as scripting from './scripting.js';
import * as web from './web.js';

const NAMES: readonly (readonly [names: string, grammar: Grammar])[] = [
  ['javascript js jsx mjs cjs node ecmascript', script.javascript],
  ['typescript ts mts cts', script.typescript],
  ['tsx', script.tsx],
  ['json jsonc json5 jsonl ndjson geojson webmanifest', script.json],
  ['html htm xhtml xml svg rss atom xsd xsl xslt plist vue svelte astro markup handlebars hbs mathml', web.html],
  ['css', web.css],
  ['scss less sass stylus', web.scss],
  ['markdown md mdx', web.markdown],
  ['c h', compiled.c],
  ['cpp c++ cc cxx hpp arduino ino cuda', compiled.cpp],
  ['objectivec objective-c objc', compiled.objectivec],
  ['csharp cs c# dotnet', compiled.csharp],
  ['java', compiled.java],
  ['kotlin kt kts', compiled.kotlin],
  ['scala', compiled.scala],
  ['groovy gradle', compiled.groovy],
  ['go golang', compiled.go],
  ['rust rs', compiled.rust],
  ['swift', compiled.swift],
  ['dart', compiled.dart],
  ['php', compiled.php],
  ['solidity sol', compiled.solidity],
  ['zig', compiled.zig],
  ['protobuf proto', compiled.protobuf],
  ['graphql gql', compiled.graphql],
  ['hcl terraform tf', compiled.hcl],
  ['glsl hlsl wgsl', compiled.glsl],
  ['python py python3 py3 pycon ipython', scripting.python],
  ['bash sh shell zsh fish console terminal shellsession shell-session shellscript ksh', scripting.shell],
  ['dockerfile docker containerfile', scripting.docker],
  ['makefile make mk', scripting.make],
  ['powershell ps1 ps pwsh', scripting.powershell],
  ['batch bat cmd dos', scripting.batch],
  ['sql mysql postgres postgresql pgsql plsql plpgsql sqlite tsql mssql mariadb', scripting.sql],
  ['ruby rb', scripting.ruby],
  ['lua luau', scripting.lua],
  ['perl pl', scripting.perl],
  ['r rlang', scripting.r],
  ['julia jl', scripting.julia],
  ['elixir ex exs', scripting.elixir],
  ['haskell hs', scripting.haskell],
  ['ocaml ml fsharp fs f#', scripting.ml],
  ['lisp clojure clj cljs scheme racket elisp emacs-lisp common-lisp', scripting.lisp],
  ['vb vbnet vb.net vba visual-basic basic', scripting.basic],
  ['pascal delphi', scripting.pascal],
  ['matlab octave', scripting.matlab],
  ['asm assembly nasm x86asm armasm', scripting.assembly],
  ['nix', scripting.nix],
  ['cmake', scripting.cmake],
  ['nginx', scripting.nginx],
  ['latex tex', scripting.latex],
  ['yaml yml', data.yaml],
  ['toml', data.toml],
  ['ini cfg conf properties env dotenv editorconfig', data.ini],
  ['diff patch', data.diff],
  ['http', data.http],
  ['gitignore dockerignore', data.gitignore],
];

const grammars = new Map(NAMES.flatMap(([names, grammar]) => names.split(' ').map((name) => [name, grammar] as const)));

/** Names of the languages that are known, the first of each the usual one. */
export const LANGUAGES: readonly (readonly string[])[] = NAMES.map(([names]) => names.split(' '));

/** The reader of a language; null where it is not known. */
export function readerOf(language: string): LineReader | null {
  const grammar = grammars.get(language.toLowerCase());
  return grammar ? createReader(grammar, (name) => grammars.get(name.toLowerCase()) ?? null) : null;
}
