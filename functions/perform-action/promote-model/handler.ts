import { promoteModel } from "../../core/actions/performers/promote-model.ts";
import { handlerOf } from "../handler-of.ts";
import { openPromoting } from "./effect.ts";

export const handler = handlerOf(promoteModel, openPromoting());
