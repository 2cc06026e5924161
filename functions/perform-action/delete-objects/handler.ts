import { deleteObjects } from "../../core/actions/performers/delete-objects.ts";
import { handlerOf } from "../handler-of.ts";
import { openDeleting } from "./effect.ts";

export const handler = handlerOf(deleteObjects, openDeleting());
