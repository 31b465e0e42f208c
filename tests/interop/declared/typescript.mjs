// Prints what the client of the TypeScript SDK in a folder declares: a method a line, and after it, on lines of their own, each
// parameter or, if it is an object, each of its properties. Arguments: the folder that has node_modules.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = process.argv[2];
const ts = createRequire(join(folder, 'package.json'))('typescript');
const declarations = join(folder, 'node_modules', '@dbos-inc', 'dbos-sdk', 'dist', 'src');
const files = ['client.d.ts', 'debouncer.d.ts'].map((name) => join(declarations, name));
const program = ts.createProgram(files, { strict: true, skipLibCheck: true, types: [], moduleResolution: ts.ModuleResolutionKind.Node10 });
const checker = program.getTypeChecker();

/** The properties of a type that a caller writes as an object, through lists and unions; none if it is anything else. */
function properties(type, at) {
  if (type.isUnionOrIntersection()) return type.types.flatMap((part) => properties(part, at));
  if (checker.isArrayType(type)) return properties(checker.getTypeArguments(type)[0], at);
  const found = type.getProperties();
  const isOurs = (one) => one.declarations?.[0].getSourceFile().fileName.startsWith(declarations);
  const isService = (one) => one.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor);
  if (!(type.flags & ts.TypeFlags.Object) || type.isClass() || !found.every(isOurs) || found.some(isService)) return [];
  return found.flatMap((one) => nested(one, at));
}

/** A property, and the properties of the object that it is. */
function nested(property, at) {
  return [property.name, ...properties(checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(property, at)), at)];
}

/** @param {string} method @param {import('typescript').SignatureDeclaration} declaration */
function describe(method, declaration) {
  console.log(method);
  for (const parameter of declaration.parameters) {
    const type = checker.getNonNullableType(checker.getTypeAtLocation(parameter));
    const found = properties(type, parameter);
    for (const option of found.length > 0 ? found : [parameter.name.getText()]) console.log(`${method} ${option}`);
  }
}

for (const file of files) {
  for (const one of program.getSourceFile(file).statements) {
    if (!ts.isClassDeclaration(one) || !['DBOSClient', 'DebouncerClient', 'ClientHandle'].includes(one.name.text)) continue;
    for (const member of one.members) {
      const isPrivate = ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private;
      if (ts.isConstructorDeclaration(member) && one.name.text === 'DebouncerClient') describe('DebouncerClient', member);
      if (ts.isMethodDeclaration(member) && !isPrivate) describe(member.name.getText(), member);
      if (ts.isGetAccessorDeclaration(member)) console.log(member.name.getText());
    }
  }
}
