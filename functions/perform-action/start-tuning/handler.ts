import { startTuning } from "../../core/actions/performers/start-tuning.ts";
import { handlerOf } from "../handler-of.ts";
import { openTuning } from "./effect.ts";

export const handler = handlerOf(startTuning, openTuning());
