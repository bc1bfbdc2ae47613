/** Languages that look like C. */
import { likeC, until, hereDocument, BLOCK_COMMENT, DOUBLE, HASH_COMMENT, SLASH_COMMENT, simple } from './common.js';
import type { Rule } from './grammar.js';

const FLOW = 'break case continue default do else for goto if return switch while';
const TRY = ' catch finally throw try';
const BOOLEAN = 'true false null';

const ANNOTATION: Rule = [/@[A-Za-z_\u0080-\uffff][\w.:]*/, 'property'];
const TEXT_BLOCK: Rule = [/"""/, 'string', until('"""', 'string')];
const PREPROCESSOR: Rule = [/^\s*#\s*\w+/, 'keyword'];
const INCLUDED: Rule = [/(?!\s)(?<=^\s*#\s*(?:include|import)\s*)<[^>]*>?/, 'string'];

const C_WORDS = `${FLOW} auto const enum extern inline register restrict sizeof static struct typedef typeof union volatile`;
const C_TYPES =
  'bool char double float int int16_t int32_t int64_t int8_t long short signed size_t ssize_t uint16_t uint32_t ' +
  'uint64_t uint8_t unsigned void wchar_t';

export const c = likeC({ keywords: C_WORDS, types: C_TYPES, constants: 'NULL true false' }, PREPROCESSOR, INCLUDED);

export const cpp = likeC(
  {
    keywords:
      `${C_WORDS}${TRY} alignas alignof and class co_await co_return co_yield concept const_cast consteval constexpr ` +
      'constinit decltype delete dynamic_cast explicit export final friend import module mutable namespace new noexcept ' +
      'not operator or override private protected public reinterpret_cast requires static_assert static_cast template ' +
      'this thread_local typeid typename using virtual',
    types: `${C_TYPES} char16_t char32_t char8_t string vector map set pair`,
    constants: 'NULL nullptr true false',
  },
  PREPROCESSOR,
  INCLUDED,
  // No more than 16 characters may be in front of the parenthesis.
  [/\bR"[^(]{0,16}\(/, 'string', (match) => ({ kind: 'string', end: `)${match.slice(2, -1)}"` })],
);

export const objectivec = likeC(
  {
    keywords: `${C_WORDS}${TRY} in self super`,
    types: `${C_TYPES} id BOOL instancetype`,
    constants: 'NULL YES NO nil true false',
  },
  PREPROCESSOR,
  INCLUDED,
  [/@(?=")/, 'string'],
  [/@\w+/, 'keyword'],
);

export const java = likeC(
  {
    keywords:
      `${FLOW}${TRY} abstract assert class const enum exports extends final implements import instanceof interface module ` +
      'native new non-sealed open package permits private protected public record requires sealed static strictfp super ' +
      'synchronized this throws transient var volatile yield',
    types: 'boolean byte char double float int long short void',
    constants: BOOLEAN,
  },
  TEXT_BLOCK,
  ANNOTATION,
);

export const kotlin = likeC(
  {
    keywords:
      'abstract actual annotation as break by catch class companion const constructor continue crossinline data do else ' +
      'enum expect external final finally for fun get if import in infix init inline inner interface internal is lateinit ' +
      'noinline object open operator out override package private protected public reified return sealed set super ' +
      'suspend tailrec this throw try typealias val value var vararg when where while',
    constants: BOOLEAN,
  },
  TEXT_BLOCK,
  ANNOTATION,
);

export const scala = likeC(
  {
    keywords:
      'abstract case catch class def derives do else end enum export extends extension final finally for given if implicit ' +
      'import inline lazy match new object opaque override package private protected return sealed super then this throw ' +
      'trait try type using val var while with yield',
    constants: BOOLEAN,
  },
  TEXT_BLOCK,
  ANNOTATION,
);

export const groovy = likeC(
  {
    keywords:
      `${FLOW}${TRY} abstract as assert class def enum extends final implements import in instanceof interface new package ` +
      'private protected public static super this throws trait var',
    types: 'boolean byte char double float int long short void',
    constants: BOOLEAN,
  },
  TEXT_BLOCK,
  [/'''/, 'string', until("'''", 'string')],
  ANNOTATION,
);

export const csharp = likeC(
  {
    keywords:
      `${FLOW}${TRY} abstract add and as async await base checked class const delegate enum event explicit extern file ` +
      'fixed foreach from get global group implicit in init interface internal into is join let lock nameof namespace new ' +
      'not on operator or orderby out override params partial private protected public readonly record ref remove ' +
      'required scoped sealed select set sizeof stackalloc static struct this typeof unchecked unsafe using value var ' +
      'virtual volatile when where with yield',
    types:
      'bool byte char decimal double dynamic float int long nint nuint object sbyte short string uint ulong ushort void',
    constants: BOOLEAN,
  },
  [/\$*"""/, 'string', until('"""', 'string')],
  [/\$?@\$?"/, 'string', until('"', 'string')],
  [/\$(?=")/, 'string'],
  PREPROCESSOR,
);

export const go = likeC(
  {
    keywords:
      'break case chan const continue default defer else fallthrough for func go goto if import interface map package ' +
      'range return select struct switch type var',
    types:
      'any bool byte comparable complex128 complex64 error float32 float64 int int16 int32 int64 int8 rune string uint ' +
      'uint16 uint32 uint64 uint8 uintptr',
    constants: 'true false nil iota',
  },
  [/`/, 'string', until('`', 'string')],
);

export const rust = likeC(
  {
    keywords:
      'Self as async await box break const continue crate dyn else enum extern fn for if impl in let loop macro match mod ' +
      'move mut pub ref return self static struct super trait type union unsafe use where while yield',
    types: 'bool char f32 f64 i128 i16 i32 i64 i8 isize str u128 u16 u32 u64 u8 usize',
    constants: 'true false None',
  },
  [/\bb?r#*"/, 'string', (match) => ({ kind: 'string', end: `"${'#'.repeat(match.split('#').length - 1)}` })],
  [/'[a-z_]\w*(?![\w'])/, 'type'],
  [/#!?\[[^\]]*\]?/, 'property'],
  [/\b[a-z_]\w*!(?=[\s([{])/, 'function'],
);

export const swift = likeC(
  {
    keywords:
      'actor any as associatedtype async await break case catch class continue convenience default defer deinit didSet do ' +
      'dynamic else enum extension fallthrough fileprivate final for func get guard if import in indirect infix init inout ' +
      'internal is isolated lazy let mutating nonisolated nonmutating open operator optional override postfix prefix ' +
      'private protocol public repeat required rethrows return self Self set some static struct subscript super switch ' +
      'throw throws try typealias unowned var weak where while willSet',
    constants: 'true false nil',
  },
  TEXT_BLOCK,
  ANNOTATION,
  [/#\w+/, 'keyword'],
);

export const dart = likeC(
  {
    keywords:
      `${FLOW}${TRY} abstract as assert async await base class const covariant deferred dynamic enum export extends ` +
      'extension external factory final get hide implements import in interface is late library mixin new of on operator ' +
      'part required rethrow sealed set show static super sync this typedef var when with yield',
    types: 'bool double int num void',
    constants: BOOLEAN,
  },
  TEXT_BLOCK,
  [/'''/, 'string', until("'''", 'string')],
  ANNOTATION,
);

export const php = likeC(
  {
    keywords:
      `${FLOW}${TRY} abstract and array as class clone const declare echo elseif empty enddeclare endfor endforeach endif ` +
      'endswitch endwhile enum exit extends final fn foreach function global implements include include_once instanceof ' +
      'insteadof interface isset list match namespace new or parent print private protected public readonly require ' +
      'require_once self static trait unset use var xor yield',
    types: 'bool callable float int iterable mixed never object string void',
    constants: `${BOOLEAN} TRUE FALSE NULL`,
  },
  [/<\?(?:php|=)?|\?>/, 'keyword'],
  [/#\[/, 'property'],
  HASH_COMMENT,
  [/<<<\s*['"]?[A-Za-z_]\w*['"]?/, 'string', hereDocument],
  [/\$[A-Za-z_\u0080-\uffff]\w*/, 'property'],
);

export const solidity = likeC({
  keywords:
    `${FLOW}${TRY} abstract anonymous as assembly calldata constant constructor contract delete emit enum error event ` +
    'external fallback function immutable import indexed interface internal is library mapping memory modifier new ' +
    'override payable pragma private public pure receive require returns revert storage struct this unchecked using view ' +
    'virtual',
  types: 'address bool bytes bytes32 int int256 string uint uint128 uint256 uint64 uint8',
  constants: 'true false',
});

export const zig = likeC(
  {
    keywords:
      'addrspace align allowzero and anyframe anytype asm async await break callconv catch comptime const continue defer ' +
      'else enum errdefer error export extern fn for if inline linksection noalias nosuspend opaque or orelse packed pub ' +
      'resume return struct suspend switch test threadlocal try union unreachable usingnamespace var volatile while',
    types: 'anyerror bool f16 f32 f64 i16 i32 i64 i8 isize noreturn type u16 u32 u64 u8 usize void',
    constants: 'true false null undefined',
  },
  [/\\\\.*/, 'string'],
  [/@\w+/, 'function'],
);

export const protobuf = likeC({
  keywords:
    'enum extend extensions import message oneof option optional package public repeated required reserved returns rpc ' +
    'service stream syntax to weak',
  types: 'bool bytes double fixed32 fixed64 float int32 int64 map sint32 sint64 string uint32 uint64',
  constants: 'true false',
});

export const graphql = simple([HASH_COMMENT, TEXT_BLOCK, DOUBLE, [/@\w+/, 'property'], [/\$\w+/, 'property']], {
  keywords:
    'directive enum extend fragment implements input interface mutation on query repeatable scalar schema subscription ' +
    'type union',
  types: 'Boolean Float ID Int String',
  constants: BOOLEAN,
});

export const hcl = simple(
  [
    HASH_COMMENT,
    SLASH_COMMENT,
    BLOCK_COMMENT,
    [/<<-?\s*\w+/, 'string', hereDocument],
    DOUBLE,
    [/(?<![\w-])[\w-]+(?=\s*=(?!=))/, 'property'],
    [/^\s*[\w-]+(?![\w-])(?=[^=]*\{)/, 'keyword'],
  ],
  { keywords: 'for in if else', constants: BOOLEAN, types: 'string number bool list map set object any' },
);

/** The shading languages of graphics. */
export const glsl = likeC(
  {
    keywords: `${FLOW} attribute const discard fn highp in inout let lowp mediump out override precision struct uniform var varying`,
    types:
      'bool float int mat2 mat3 mat4 sampler2D uint vec2 vec3 vec4 void float2 float3 float4 float4x4 f32 i32 u32 texture_2d',
    constants: 'true false',
  },
  PREPROCESSOR,
  [/@\w+/, 'property'],
);
