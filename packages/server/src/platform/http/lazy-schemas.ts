import ajvCompiler from '@fastify/ajv-compiler';
import serializerCompiler from '@fastify/fast-json-stringify-compiler';
import type { FastifyServerOptions } from 'fastify';

type Factories = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;
type Validator = ((data: unknown) => unknown) & { errors?: unknown };
type Serializer = (data: unknown) => string;

/**
 * Fastify compiles the schemas of all routes before it listens, which takes longer than everything else in a start. Here each
 * is compiled when it is first needed. A schema that cannot be compiled is then found late: a test compiles all of them.
 */
export function lazySchemas(): { compilersFactory: Factories } {
  const [makeValidators, makeSerializers] = [ajvCompiler(), serializerCompiler()];
  const factories = {
    buildValidator(...given: Parameters<typeof makeValidators>) {
      const compile = makeValidators(...given) as unknown as (route: unknown) => Validator;
      return (route: unknown): Validator => {
        let compiled: Validator | undefined;
        const lazy: Validator = (data) => {
          compiled ??= compile(route);
          const isValid = compiled(data);
          lazy.errors = compiled.errors;
          return isValid;
        };
        return lazy;
      };
    },
    buildSerializer(...given: Parameters<typeof makeSerializers>) {
      const compile = makeSerializers(...given) as unknown as (route: unknown) => Serializer;
      return (route: unknown): Serializer => {
        let compiled: Serializer | undefined;
        return (data) => {
          compiled ??= compile(route);
          return compiled(data);
        };
      };
    },
  };
  return { compilersFactory: factories as unknown as Factories };
}
